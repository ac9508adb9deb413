//! How a rectification stands, and how long it still has.

import { useTranslation } from 'react-i18next';
import { useNow } from '../../../lib/now.ts';
import { dateOf } from '../../../lib/time.ts';
import { type Mood, MoodTag } from '../../../ui/mood.tsx';
import { useSpanText } from '../words.ts';
import type { Stage } from './data.ts';

const MOODS: Record<Stage, Mood> = {
  open: 'calm',
  submitted: 'soon',
  checked: 'paused',
  closed: 'met',
  cancelled: 'none',
};

export function RectificationStageTag({ stage }: { stage: Stage }) {
  const { t } = useTranslation('oversee');
  return <MoodTag mood={MOODS[stage]}>{t(`rectification.stage.${stage}`)}</MoodTag>;
}

interface DueProps {
  row: { stage: Stage; due: string; is_overdue: boolean; look_back_at?: string | null };
}

export function RectificationDue({ row }: DueProps) {
  const { t } = useTranslation(['oversee', 'voice']);
  const span = useSpanText();
  const now = useNow();
  if (row.stage === 'closed' || row.stage === 'cancelled') return <>—</>;
  if (row.stage === 'checked') {
    return <>{row.look_back_at ? t('rectification.lookBackOn', { day: dateOf(row.look_back_at) }) : '—'}</>;
  }
  const at = Date.parse(row.due);
  return (
    <span style={{ color: row.is_overdue ? 'var(--mood-overdue)' : undefined }}>
      {dateOf(row.due)} · {t(row.is_overdue ? 'voice:clock.over' : 'voice:clock.left', { span: span(now, at) })}
    </span>
  );
}
