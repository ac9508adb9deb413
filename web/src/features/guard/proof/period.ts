//! Periods of whole days, as forms name them and as the server counts them: from the first midnight to the one after the last.

import dayjs, { type Dayjs } from 'dayjs';
import { dateOf, instantOf } from '../../../lib/time.ts';

const DAY = 'YYYY-MM-DD';

/** The midnight in Shanghai at which a day begins. */
export function beginOf(day: Dayjs): string {
  return instantOf(`${day.format(DAY)}T00:00`);
}

export function periodOf(first: Dayjs, last: Dayjs): { from: string; to: string } {
  return { from: beginOf(first), to: beginOf(last.add(1, 'day')) };
}

/** `2026-10-01 – 2026-10-31`: the last day is the one before the period ends. */
export function spanOf({ from, to }: { from: string; to: string }): string {
  const [first, last] = [dateOf(from), dateOf(new Date(new Date(to).getTime() - 1))];
  return first === last ? first : `${first} – ${last}`;
}

/** The newest days, today among them. */
export function lastDays(count: number): [Dayjs, Dayjs] {
  const today = dayjs(dateOf(new Date()));
  return [today.subtract(count - 1, 'day'), today];
}
