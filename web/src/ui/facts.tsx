//! Names and values, one pair a line; a name stays beside its value for a screen reader too.

import type { ReactNode } from 'react';
import styles from './facts.module.css';

interface FactsProps {
  facts: [name: string, value: ReactNode][];
}

export function Facts({ facts }: FactsProps) {
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name} className={styles.fact}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
