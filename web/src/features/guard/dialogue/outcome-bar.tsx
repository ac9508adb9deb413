//! What is demanded now, in the largest letters of the page; every change of it is announced.

import { useTranslation } from 'react-i18next';
import type { Interception } from '../data.ts';
import { OUTCOME_MOODS } from '../words.tsx';
import styles from './dialogue.module.css';
import type { Effect } from './use-answering.ts';

interface OutcomeBarProps {
  interception: Interception;
  effect: Effect | undefined;
}

export function OutcomeBar({ interception, effect }: OutcomeBarProps) {
  const { t } = useTranslation('guard');
  const { outcome, points } = interception;
  const mood = OUTCOME_MOODS[outcome];
  const hasChanged = effect !== undefined && effect.before !== effect.after;
  return (
    <section
      className={styles.outcome}
      style={{ color: `var(--mood-${mood})`, background: `var(--mood-${mood}-ground)` }}
      aria-label={t('talk.demanded')}
    >
      <span className={styles.word}>{t(`outcome.${outcome}`)}</span>
      <span className={styles.means}>{t(`outcomeHint.${outcome}`)}</span>
      <span className={`${styles.points} numbers`}>{t('talk.points', { points })}</span>
      <p className={styles.change} role="status">
        {effect ? (
          <span key={effect.count}>
            {hasChanged
              ? t('talk.changed', { before: t(`outcome.${effect.before}`), after: t(`outcome.${effect.after}`) })
              : t('talk.unchanged', { outcome: t(`outcome.${effect.after}`) })}
          </span>
        ) : null}
      </p>
    </section>
  );
}
