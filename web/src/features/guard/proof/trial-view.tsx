//! Everything that a trial counted. The same for a backtest, a shadow and a try.

import type { ReactNode } from 'react';
import type { Trial } from './data.ts';
import { DaysPanel } from './days-panel.tsx';
import type { DifferenceFilters } from './filters.ts';
import { MatrixPanel } from './matrix-panel.tsx';
import styles from './proof.module.css';
import { OverlapPanel, RulesPanel } from './rules-panel.tsx';
import { SidesPanel } from './sides-panel.tsx';
import { ThresholdPanel } from './threshold-panel.tsx';

interface TrialViewProps {
  trial: Trial;
  /** Nothing is known of frauds. */
  isUnlabelled?: boolean;
  linkTo?: (filters: DifferenceFilters, count: string, label: string) => ReactNode;
}

export function TrialView({ trial, isUnlabelled = false, linkTo }: TrialViewProps) {
  return (
    <>
      <div className={styles.columns}>
        <SidesPanel trial={trial} isUnlabelled={isUnlabelled} />
        <div className={styles.stack}>
          <MatrixPanel trial={trial} {...(linkTo ? { linkTo } : {})} />
          <DaysPanel days={trial.days} />
        </div>
      </div>
      <ThresholdPanel trial={trial} isUnlabelled={isUnlabelled} />
      <RulesPanel trial={trial} isUnlabelled={isUnlabelled} />
      <OverlapPanel trial={trial} />
    </>
  );
}
