//! Small words of the guard with the colours that help to find them: what is demanded, the step, how it ended; and sums.

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client.ts';
import type { Language } from '../../lib/language.ts';
import { amountText } from '../../lib/money.ts';
import { textOf } from '../../lib/text.ts';
import { type Mood, MoodTag } from '../../ui/mood.tsx';
import { bookQuery, type Outcome, type Stage, yuan } from './data.ts';

export const OUTCOME_MOODS: Record<Outcome, Mood> = {
  allow: 'met',
  advise: 'calm',
  verify: 'paused',
  delay: 'soon',
  hold: 'overdue',
  block: 'overdue',
};

const STAGE_MOODS: Record<Stage, Mood> = { open: 'soon', settled: 'calm', closed: 'none' };

const ENDING_MOODS: Record<Schemas['GuardEnding'], Mood> = {
  persuaded: 'met',
  police: 'met',
  insisted: 'soon',
  false_alarm: 'none',
  reported_later: 'overdue',
};

export function OutcomeTag({ outcome }: { outcome: Outcome }) {
  const { t } = useTranslation('guard');
  return <MoodTag mood={OUTCOME_MOODS[outcome]}>{t(`outcome.${outcome}`)}</MoodTag>;
}

export function StageTag({ stage }: { stage: Stage }) {
  const { t } = useTranslation('guard');
  return <MoodTag mood={STAGE_MOODS[stage]}>{t(`stage.${stage}`)}</MoodTag>;
}

export function EndingTag({ ending }: { ending: Schemas['GuardEnding'] }) {
  const { t } = useTranslation('guard');
  return <MoodTag mood={ENDING_MOODS[ending]}>{t(`ending.${ending}`)}</MoodTag>;
}

/** A sum of fen in words. */
export function useSum(): (fen: number) => string {
  const { i18n } = useTranslation();
  return (fen) => amountText(yuan(fen), i18n.language as Language);
}

/** The name of a kind of scam, or its key until that is known. */
export function useScamTitle(): (key: string) => string {
  const { i18n } = useTranslation();
  const { data } = useQuery(bookQuery);
  return (key) => {
    const found = data?.scams.find((scam) => scam.key === key);
    return found ? textOf(found.title, i18n.language) : key;
  };
}

/** The kinds of scam to choose from. */
export function useScamOptions(): { value: string; label: string }[] {
  const { i18n } = useTranslation();
  const { data } = useQuery(bookQuery);
  return (data?.scams ?? []).map(({ key, title }) => ({ value: key, label: textOf(title, i18n.language) }));
}
