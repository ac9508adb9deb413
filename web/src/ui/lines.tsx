//! Things one below the other, each with what belongs to it at the end of its line.

import type { ReactNode } from 'react';
import styles from './lines.module.css';

export interface Line {
  key: string | number;
  main: ReactNode;
  side?: ReactNode;
}

interface LinesProps {
  lines: Line[];
  /** The numbers of an ordered list run down, as a history does. */
  reversed?: boolean;
}

export function Lines({ lines, reversed = false }: LinesProps) {
  return (
    <ol className={styles.lines} reversed={reversed}>
      {lines.map((line) => (
        <li key={line.key}>
          <span className={styles.main}>{line.main}</span>
          {line.side ? <span className={styles.side}>{line.side}</span> : null}
        </li>
      ))}
    </ol>
  );
}
