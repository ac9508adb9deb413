//! The names of things in the reader's language: classes of the axes, how long something still has, how a row stands.

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { textOf } from '../../lib/text.ts';
import { type Span, spanBetween } from '../../lib/time.ts';
import type { Mood } from '../../ui/mood.tsx';
import { axesQuery, type Clock, type OrderRow } from './data.ts';

/** The three axes of a class. */
export const AXES = ['channel', 'business', 'reason'] as const;
export type Axis = (typeof AXES)[number];

/** Gives the name of a class, or its key until the axes are here. */
export function useClassTitle(): (axis: Axis, key: string | null | undefined) => string {
  const { i18n } = useTranslation();
  const { data } = useQuery(axesQuery);
  return (axis, key) => {
    if (!key) return '';
    const found = data?.axes.find((one) => one.axis === axis)?.classes.find((one) => one.key === key);
    return found ? textOf(found.title, i18n.language) : key;
  };
}

/** Says a span in its one or two largest units: «2 天 4 小时». */
export function useSpanText(): (from: number, to: number) => string {
  const { t } = useTranslation('voice');
  return (from, to) => spanText(spanBetween(from, to), t);
}

type Say = (key: 'span.day' | 'span.hour' | 'span.minute' | 'span.moment', options?: { count: number }) => string;

/** Beyond this many days hours say nothing. */
const DAYS_ALONE = 3;

export function spanText({ days, hours, minutes }: Span, t: Say): string {
  if (days >= DAYS_ALONE) return t('span.day', { count: days });
  if (days > 0)
    return hours > 0
      ? `${t('span.day', { count: days })} ${t('span.hour', { count: hours })}`
      : t('span.day', { count: days });
  if (hours > 0) return t('span.hour', { count: hours });
  if (minutes > 0) return t('span.minute', { count: minutes });
  return t('span.moment');
}

/** As the server has it: the last three days before a deadline. */
const SOON_MS = 3 * 24 * 3_600_000;

/** How a row's next deadline stands now; the server said how it stood when the row was fetched. */
export function moodOfRow(row: Pick<OrderRow, 'next_due' | 'ended_at'>, now: number): Mood {
  if (!row.next_due) return 'none';
  const left = Date.parse(row.next_due) - now;
  if (left < 0) return 'overdue';
  return left <= SOON_MS ? 'soon' : 'calm';
}

const MOODS: Record<Clock['mood'], Mood> = {
  running: 'calm',
  due_soon: 'soon',
  overdue: 'overdue',
  paused: 'paused',
  met: 'met',
  missed: 'overdue',
  cancelled: 'none',
};

export function moodOfClock(clock: Clock): Mood {
  return MOODS[clock.mood];
}
