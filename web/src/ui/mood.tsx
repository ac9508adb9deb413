//! A small coloured word for a state. The word carries the meaning; the colour only helps to find it.

import type { ReactNode } from 'react';
import styles from './mood.module.css';

export type Mood = 'overdue' | 'soon' | 'calm' | 'met' | 'paused' | 'none';

interface MoodTagProps {
  mood: Mood;
  children: ReactNode;
  title?: string;
}

export function MoodTag({ mood, children, title }: MoodTagProps) {
  return (
    <span
      className={styles.tag}
      style={{ color: `var(--mood-${mood})`, background: `var(--mood-${mood}-ground)` }}
      title={title}
    >
      {children}
    </span>
  );
}
