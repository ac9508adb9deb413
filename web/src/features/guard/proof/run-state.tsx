//! How a backtest or a shadow stands, in a coloured word, and how far it has come.

import { useTranslation } from 'react-i18next';
import type { Language } from '../../../lib/language.ts';
import { countText, shareText } from '../../../lib/quantity.ts';
import { type Mood, MoodTag } from '../../../ui/mood.tsx';
import type { RunState } from './data.ts';
import styles from './proof.module.css';

const MOODS: Record<RunState, Mood> = { running: 'soon', done: 'met', cancelled: 'none', failed: 'overdue' };

export function RunStateTag({ state }: { state: RunState }) {
  const { t } = useTranslation('proof');
  return <MoodTag mood={MOODS[state]}>{t(`state.${state}`)}</MoodTag>;
}

/** Events that are behind it, of all. */
export function Progress({ done, total }: { done: number; total: number }) {
  const { t, i18n } = useTranslation('proof');
  const language = i18n.language as Language;
  const share = total === 0 ? 0 : Math.floor((done * 1_000_000) / total);
  const words = t('backtest.progress', {
    done: countText(done, language),
    total: countText(total, language),
    share: shareText(share, language),
  });
  return (
    <span className={styles.progress}>
      <progress value={done} max={Math.max(1, total)} aria-label={words} />
      <span className="numbers">{words}</span>
    </span>
  );
}
