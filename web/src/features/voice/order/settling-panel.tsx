//! How the order is settled with help and by agreement: mediations and proposals for repayment, with what became of each.

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import type { Language } from '../../../lib/language.ts';
import { amountText } from '../../../lib/money.ts';
import { textOf } from '../../../lib/text.ts';
import { dateOf } from '../../../lib/time.ts';
import { type Mood, MoodTag } from '../../../ui/mood.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { mediatorsQuery, type Order } from '../data.ts';
import styles from './order-page.module.css';

const MEDIATION_MOODS: Record<Schemas['MediationState'], Mood> = {
  referred: 'soon',
  accepted: 'calm',
  declined: 'none',
  agreed: 'calm',
  failed: 'none',
  performed: 'met',
};
const REPAYMENT_MOODS: Record<Schemas['RepaymentState'], Mood> = { open: 'soon', agreed: 'met', refused: 'none' };

export function SettlingPanel({ order }: { order: Order }) {
  const { t } = useTranslation('voice');
  const { mediations, repayments } = order;
  if (mediations.length + repayments.length === 0) return null;
  return (
    <Panel title={t('settling.title')}>
      <ul className={styles.list}>
        {mediations.map((one) => (
          <Mediation key={`mediation ${one.number}`} mediation={one} />
        ))}
        {repayments.map((one) => (
          <Repayment key={`repayment ${one.number}`} repayment={one} />
        ))}
      </ul>
    </Panel>
  );
}

function Mediation({ mediation }: { mediation: Schemas['MediationBody'] }) {
  const { t, i18n } = useTranslation('voice');
  const language = i18n.language as Language;
  const { data } = useQuery(mediatorsQuery);
  const { mediator, state, why, terms, amount, perform_by } = mediation;
  const title = data?.mediators?.find(({ key }) => key === mediator)?.title;
  return (
    <li>
      <div className={styles.line}>
        <span className={styles.grow}>{title ? textOf(title, language) : mediator}</span>
        <MoodTag mood={MEDIATION_MOODS[state]}>{t(`mediationState.${state}`)}</MoodTag>
      </div>
      <p className={styles.text}>{terms ?? why}</p>
      {amount ? (
        <div className={styles.quiet}>
          {t('mediation.amount')} {amountText(amount, language)}
        </div>
      ) : null}
      {perform_by ? (
        <div className={styles.quiet}>{t('mediation.performUntil', { day: dateOf(perform_by) })}</div>
      ) : null}
    </li>
  );
}

function Repayment({ repayment }: { repayment: Schemas['RepaymentBody'] }) {
  const { t, i18n } = useTranslation('voice');
  const { side, state, terms, words, ground, answer } = repayment;
  const total = amountText(terms.total, i18n.language as Language);
  return (
    <li>
      <div className={styles.line}>
        <span className={styles.grow}>
          {t(`repaymentSide.${side}`)}：{t('repayment.plan', { total, count: terms.instalments })}
        </span>
        <MoodTag mood={REPAYMENT_MOODS[state]}>{t(`repaymentState.${state}`)}</MoodTag>
      </div>
      <div className={styles.quiet}>{t('repayment.from', { day: terms.first_on })}</div>
      {words ? <p className={styles.text}>{words}</p> : null}
      {ground || answer ? (
        <p className={styles.text}>
          {[ground ? t(`repaymentGround.${ground}`) : '', answer].filter(Boolean).join(t('guess.and'))}
        </p>
      ) : null}
    </li>
  );
}
