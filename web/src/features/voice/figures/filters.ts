//! What figures are counted over: the same in the address, in the question to the server and in every link behind a number.

import type { Schemas } from '../../../api/client.ts';
import { dateOf } from '../../../lib/time.ts';
import { MATTERS, SOURCES } from '../queue/filters.ts';

export type Figure = Schemas['Figure'];
export type Dimension = Schemas['Dimension'];

export const FIGURES = [
  'received',
  'merged',
  'ended',
  'on_time',
  'first_contact',
  'first_contact_median',
  'time_to_close',
  'time_to_close_median',
  'transfers',
  'reopened',
  'satisfaction',
  'satisfied',
  'substantiated',
  'repeated',
  'per_thousand_outlets',
  'per_ten_million_customers',
] as const satisfies Figure[];

const DIMENSIONS = [
  'month',
  'organisation',
  'channel',
  'business',
  'reason',
  'cause',
  'product',
  'matter',
  'source',
  'clock',
] as const satisfies Dimension[];

export interface FigureFilters {
  from?: string;
  to?: string;
  unit?: string;
  matter?: Schemas['MatterWord'];
  source?: Schemas['SourceWord'];
  channel?: string;
  business?: string;
  reason?: string;
  clock?: string;
  /** The figure whose course is drawn. */
  trend?: Figure;
}

/** Which orders behind a number are listed. */
export interface Behind extends FigureFilters {
  figure: Figure;
  part?: Schemas['Part'];
  by?: Dimension;
  key?: string;
}

const CHARS_MAX = 120;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

const isWord = (value: string) => value.length > 0 && value.length <= CHARS_MAX;
const oneOf = (list: readonly string[]) => (value: string) => list.includes(value);

const CHECKS: Record<keyof FigureFilters, (value: string) => boolean> = {
  from: (value) => DAY.test(value),
  to: (value) => DAY.test(value),
  unit: (value) => value.startsWith('un_'),
  matter: oneOf(MATTERS),
  source: oneOf(SOURCES),
  channel: isWord,
  business: isWord,
  reason: isWord,
  clock: isWord,
  trend: oneOf(FIGURES),
};

export function readFigureFilters(given: Record<string, unknown>): FigureFilters {
  const filters: Record<string, string> = {};
  for (const [key, check] of Object.entries(CHECKS)) {
    const value = given[key];
    if (typeof value === 'string' && check(value)) filters[key] = value;
  }
  return filters as FigureFilters;
}

export function readBehind(given: Record<string, unknown>): Behind {
  const { figure, part, by, key } = given;
  return {
    ...readFigureFilters(given),
    figure: FIGURES.find((one) => one === figure) ?? 'received',
    ...(part === 'numerator' || part === 'denominator' || part === 'rest' ? { part } : {}),
    ...(DIMENSIONS.some((one) => one === by) ? { by: by as Dimension } : {}),
    // The orders that have no such class are a group too, with an empty key.
    ...(typeof key === 'string' && key.length <= CHARS_MAX ? { key } : {}),
  };
}

/** The filters with a change; an empty value takes one away. */
export function withFigureChange(
  filters: FigureFilters,
  change: Partial<Record<keyof FigureFilters, string | undefined>>,
): FigureFilters {
  return readFigureFilters({ ...filters, ...change });
}

export interface Period {
  from: string;
  to: string;
}

/** The first day of the month that lies `months` before that of a day. */
export function monthStart(day: string, months: number): string {
  const [year = 0, month = 1] = day.split('-').map(Number);
  const at = year * 12 + month - 1 - months;
  return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}-01`;
}

/** The day before a day. */
export function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}

/** Periods that are asked for by name; the first is what the page opens with. */
export function presets(today: string): Record<'year' | 'quarter' | 'month' | 'calendar', Period> {
  return {
    year: { from: monthStart(today, 11), to: today },
    quarter: { from: monthStart(today, 2), to: today },
    month: { from: monthStart(today, 0), to: today },
    calendar: { from: `${today.slice(0, 4)}-01-01`, to: today },
  };
}

export function periodOf(filters: FigureFilters, now = new Date()): Period {
  const { from, to } = presets(dateOf(now)).year;
  return { from: filters.from ?? from, to: filters.to ?? to };
}

/** Every month of a period, as the server names them. */
export function monthsOf({ from, to }: Period): string[] {
  const months: string[] = [];
  for (let month = monthStart(from, 0); month <= to; month = monthStart(month, -1)) months.push(month.slice(0, 7));
  return months;
}

/** The same days a year earlier, as the server counts them: 29 February becomes the 28th. */
export function yearBefore({ from, to }: { from: string; to: string }): { from: string; to: string } {
  const earlier = (day: string) => `${Number(day.slice(0, 4)) - 1}${day.slice(4).replace('-02-29', '-02-28')}`;
  return { from: earlier(from), to: earlier(to) };
}
