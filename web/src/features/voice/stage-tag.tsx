//! The step that an order has reached.

import { useTranslation } from 'react-i18next';
import { type Mood, MoodTag } from '../../ui/mood.tsx';
import type { Stage } from './data.ts';

const MOODS: Record<Stage, Mood> = {
  filed: 'soon',
  registered: 'calm',
  classified: 'calm',
  assigned: 'calm',
  handling: 'calm',
  decided: 'paused',
  notified: 'met',
  closed: 'none',
  withdrawn: 'none',
};

interface StageTagProps {
  stage: Stage;
}

export function StageTag({ stage }: StageTagProps) {
  const { t } = useTranslation('voice');
  return <MoodTag mood={MOODS[stage]}>{t(`stage.${stage}`)}</MoodTag>;
}
