//! How the candidate does beside what is live: precision, recall, money saved, customers disturbed; and what these words mean.

import { useTranslation } from 'react-i18next';
import type { Language } from '../../../lib/language.ts';
import { countText, shareText } from '../../../lib/quantity.ts';
import { textOf } from '../../../lib/text.ts';
import { Panel } from '../../../ui/panel.tsx';
import { useSum } from '../words.tsx';
import type { Trial, TrialSide } from './data.ts';
import { each, ppm } from './figures.ts';
import styles from './proof.module.css';

const ROWS = [
  'alerts',
  'perDay',
  'fraud',
  'genuine',
  'precision',
  'recall',
  'saved',
  'disturbed',
  'savedEach',
] as const;

/** What can be told before anything is known of frauds. */
const UNLABELLED: readonly (typeof ROWS)[number][] = ['alerts', 'perDay', 'disturbed'];

interface SidesPanelProps {
  trial: Trial;
  /** Nothing is known of frauds: figures that rest on labels are not shown. */
  isUnlabelled?: boolean;
}

export function SidesPanel({ trial, isUnlabelled = false }: SidesPanelProps) {
  const { t, i18n } = useTranslation('proof');
  const language = i18n.language as Language;
  const sum = useSum();
  const days = trial.days.length;
  const read = (row: (typeof ROWS)[number], side: TrialSide): string => {
    const count = (value: number | undefined) => (value === undefined ? '—' : countText(value, language));
    const share = (value: number | undefined) => (value === undefined ? '—' : shareText(value, language));
    switch (row) {
      case 'alerts':
      case 'fraud':
      case 'genuine':
      case 'disturbed':
        return count(side[row]);
      case 'perDay':
        return count(each(side.alerts, days));
      case 'precision':
      case 'recall':
        return share(ppm(side[row]));
      case 'saved':
        return sum(side.saved);
      case 'savedEach': {
        const fen = each(side.saved, side.disturbed);
        return fen === undefined ? '—' : sum(fen);
      }
    }
  };
  return (
    <Panel
      title={t('sides.title')}
      flush
      extra={
        isUnlabelled
          ? null
          : t('sides.known', {
              fraud: countText(trial.fraud, language),
              amount: sum(trial.fraud_amount),
              genuine: countText(trial.genuine, language),
            })
      }
    >
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('sides.figure')}</th>
              <th scope="col">{t('side.live')}</th>
              <th scope="col">{t('side.candidate')}</th>
            </tr>
          </thead>
          <tbody>
            {(isUnlabelled ? UNLABELLED : ROWS).map((row) => (
              <tr key={row}>
                <th scope="row">{t(`sides.${row}`)}</th>
                <td>{read(row, trial.live)}</td>
                <td>{read(row, trial.candidate)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={styles.definition}>
        {isUnlabelled ? t('sides.unlabelled') : textOf(trial.definition, i18n.language)}
      </p>
      <LeftOut trial={trial} />
    </Panel>
  );
}

/** What could not be decided as it would have been then; nothing is said where all was. */
function LeftOut({ trial }: { trial: Trial }) {
  const { t, i18n } = useTranslation('proof');
  const parts = (['unreadable', 'without_texts', 'other_layout'] as const).filter((part) => trial[part] > 0);
  if (parts.length === 0) return null;
  const words = parts.map((part) =>
    t(`leftOut.${part}`, { number: countText(trial[part], i18n.language as Language) }),
  );
  return <p className={styles.definition}>{words.join(' ')}</p>;
}
