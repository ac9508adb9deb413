//! A clock as a bar: how much of the time is used, where it stood still, and where now is.

import styles from './clock-bar.module.css';
import type { Mood } from './mood.tsx';

interface ClockBarProps {
  start: number;
  due: number;
  /** Now, or when it was answered. */
  at: number;
  mood: Mood;
  pauses?: { from: number; to: number }[];
  /** What the bar says, for those who do not see it. */
  label: string;
}

/** Where an instant stands on the bar, in percent. */
export function placeOf(at: number, start: number, end: number): number {
  if (end <= start) return 100;
  return Math.min(100, Math.max(0, ((at - start) / (end - start)) * 100));
}

export function ClockBar({ start, due, at, mood, pauses = [], label }: ClockBarProps) {
  // Past its end the bar holds the whole time until now, so that the overrun can be seen for what it is.
  const end = Math.max(due, at);
  const used = placeOf(Math.min(at, due), start, end);
  const limit = placeOf(due, start, end);
  return (
    <div className={styles.bar} role="img" aria-label={label}>
      <span className={styles.used} style={{ width: `${used}%`, background: `var(--mood-${mood})` }} />
      {at > due ? <span className={styles.over} style={{ insetInlineStart: `${limit}%` }} /> : null}
      {pauses.map((pause) => {
        const from = placeOf(pause.from, start, end);
        return (
          <span
            key={pause.from}
            className={styles.pause}
            style={{ insetInlineStart: `${from}%`, width: `${placeOf(pause.to, start, end) - from}%` }}
          />
        );
      })}
    </div>
  );
}
