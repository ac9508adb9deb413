//! What moved the score model's score of a decision, the largest first, with whether it speaks for fraud.

import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { holds, useSession } from '../../../api/session.ts';
import type { Language } from '../../../lib/language.ts';
import { shareText } from '../../../lib/quantity.ts';
import { textOf } from '../../../lib/text.ts';
import { Nothing } from '../../../parts/loaded.tsx';
import { Panel } from '../../../ui/panel.tsx';
import type { Decision } from './data.ts';
import styles from './decisions.module.css';
import { shownValue } from './seen-panel.tsx';

/** Thousandths of the logarithm of the odds in one. */
const MILLI = 1_000;

export function MovedPanel({ decision }: { decision: Decision }) {
  const { t, i18n } = useTranslation('guard');
  const canSee = holds(useSession(), 'guard.model.see');
  const { answer, moved } = decision;
  const model = answer.model;
  if (!model) return null;
  const most = Math.max(1, ...moved.map(({ effect_milli }) => Math.abs(effect_milli)));
  const version = t('model.version', { number: model.number });
  const effect = (milli: number) =>
    new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 2, signDisplay: 'exceptZero' }).format(milli / MILLI);
  return (
    <Panel title={t('moved.title')} flush extra={shareText(model.score_ppm, i18n.language as Language)}>
      <p className={styles.note}>
        {canSee ? (
          <Link to="/score-models/$model" params={{ model: model.id }}>
            {version}
          </Link>
        ) : (
          version
        )}{' '}
        {t('moved.note')}
      </p>
      {moved.length === 0 ? <Nothing>{t('moved.none')}</Nothing> : null}
      <ol className={styles.parts}>
        {moved.map(({ name, title, value, effect_milli }) => (
          <li key={name}>
            <span className={styles.rule}>
              {textOf(title, i18n.language)}
              <span className={styles.other}>{name}</span>
            </span>
            <span className={styles.value}>{value == null ? t('seen.unknown') : shownValue(value)}</span>
            <span className={`${styles.end} numbers`}>{effect(effect_milli)}</span>
            <span
              className={styles.weight}
              data-speaks={effect_milli < 0 ? 'against' : 'for'}
              style={{ width: `${(Math.abs(effect_milli) / most) * 100}%` }}
            />
          </li>
        ))}
      </ol>
    </Panel>
  );
}
