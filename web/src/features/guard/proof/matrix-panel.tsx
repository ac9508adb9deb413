//! How many decisions went from which outcome to which. What changed leads to the list of those decisions.

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Language } from '../../../lib/language.ts';
import { countText } from '../../../lib/quantity.ts';
import { Panel } from '../../../ui/panel.tsx';
import { OUTCOMES, type Outcome } from '../data.ts';
import type { Trial } from './data.ts';
import { countsOf } from './figures.ts';
import type { DifferenceFilters } from './filters.ts';
import styles from './proof.module.css';

interface MatrixPanelProps {
  trial: Trial;
  /** A way to the decisions of a cell, around its count. */
  linkTo?: (filters: DifferenceFilters, count: string, label: string) => ReactNode;
}

export function MatrixPanel({ trial, linkTo }: MatrixPanelProps) {
  const { t, i18n } = useTranslation('proof');
  const guard = useTranslation('guard');
  const language = i18n.language as Language;
  const count = countsOf(trial.matrix);
  const of = (outcome: Outcome) => guard.t(`outcome.${outcome}`);
  const cell = (live: Outcome, candidate: Outcome) => {
    const number = count(live, candidate);
    const text = number === 0 ? '·' : countText(number, language);
    if (number === 0 || live === candidate || !linkTo) return text;
    return linkTo({ live, candidate }, text, t('matrix.show', { live: of(live), candidate: of(candidate), number }));
  };
  return (
    <Panel
      title={t('matrix.title')}
      flush
      extra={t('matrix.differing', {
        number: countText(trial.differing, language),
        all: countText(trial.decided, language),
      })}
    >
      <div className={styles.scroll}>
        <table className={`${styles.table} ${styles.tight}`}>
          <thead>
            <tr>
              <th scope="col">{t('matrix.corner')}</th>
              {OUTCOMES.map((outcome) => (
                <th scope="col" key={outcome}>
                  {of(outcome)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {OUTCOMES.map((live, row) => (
              <tr key={live}>
                <th scope="row">{of(live)}</th>
                {OUTCOMES.map((candidate, column) => (
                  <td key={candidate} className={shade(column - row, count(live, candidate))}>
                    {cell(live, candidate)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={styles.definition}>
        <span className={`${styles.key} ${styles.stricter}`}>{t('matrix.stricter')}</span>{' '}
        <span className={`${styles.key} ${styles.looser}`}>{t('matrix.looser')}</span>
      </p>
    </Panel>
  );
}

/** Above the diagonal the candidate demands more, below it less. */
function shade(change: number, count: number): string | undefined {
  if (count === 0 || change === 0) return undefined;
  return change > 0 ? styles.stricter : styles.looser;
}
