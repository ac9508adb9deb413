//! What was decided, once it was.

import { useTranslation } from 'react-i18next';
import type { Language } from '../../../lib/language.ts';
import { amountText } from '../../../lib/money.ts';
import { MoodTag } from '../../../ui/mood.tsx';
import { Panel } from '../../../ui/panel.tsx';
import type { Order } from '../data.ts';
import { DraftCase } from './draft-case.tsx';
import styles from './order-page.module.css';

export function DecisionPanel({ order }: { order: Order }) {
  const { t, i18n } = useTranslation('voice');
  const { decision } = order;
  if (!decision) return null;
  return (
    <Panel
      title={t('decide.title')}
      extra={
        <span className={styles.beside}>
          <MoodTag mood="calm">{t(`outcome.${decision.outcome}`)}</MoodTag>
          <DraftCase order={order} />
        </span>
      }
    >
      {(['facts', 'basis', 'answer'] as const).map((part) => (
        <div key={part}>
          <h3 className={styles.label}>{t(`decide.${part}`)}</h3>
          <p className={styles.text}>{decision[part]}</p>
        </div>
      ))}
      {decision.principles.length > 0 ? (
        <>
          <h3 className={styles.label}>{t('decide.principles')}</h3>
          <p className={styles.text}>
            {decision.principles.map((principle) => t(`principle.${principle}`)).join(t('decide.and'))}
          </p>
        </>
      ) : null}
      {(['compensation', 'waiver'] as const).map((part) => {
        const amount = decision[part];
        return amount ? (
          <div key={part}>
            <h3 className={styles.label}>{t(`decide.${part}`)}</h3>
            <p className={styles.text}>{amountText(amount, i18n.language as Language)}</p>
          </div>
        ) : null;
      })}
    </Panel>
  );
}
