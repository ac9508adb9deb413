//! Dates and times as the bank counts them: in Shanghai, whatever the clock of the machine in front of the reader says.

import { type Language, tagOf } from './language.ts';

export const ZONE = 'Asia/Shanghai';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const formats = new Map<string, Intl.DateTimeFormat>();

function format(language: Language, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${name}`;
  let known = formats.get(key);
  if (!known) {
    known = new Intl.DateTimeFormat(tagOf(language), { timeZone: ZONE, ...options });
    formats.set(key, known);
  }
  return known;
}

const TWO = '2-digit' as const;

/** The parts of an instant on the wall clock of Shanghai. */
function wall(at: Date): Record<string, string> {
  const parts = format('en', 'wall', {
    year: 'numeric',
    month: TWO,
    day: TWO,
    hour: TWO,
    minute: TWO,
    hourCycle: 'h23',
  }).formatToParts(at);
  return Object.fromEntries(parts.map((part) => [part.type, part.value]));
}

/** `2026-11-22`. */
export function dateOf(at: string | Date): string {
  const { year, month, day } = wall(new Date(at));
  return `${year}-${month}-${day}`;
}

/** `15:37`. */
export function clockOf(at: string | Date): string {
  const { hour, minute } = wall(new Date(at));
  return `${hour}:${minute}`;
}

/** `2026-11-22 15:37`, the same in both languages so that columns line up. */
export function momentOf(at: string | Date): string {
  return `${dateOf(at)} ${clockOf(at)}`;
}

/** `11-22 15:37` within this year, else with the year. */
export function shortMomentOf(at: string | Date, now: Date): string {
  const full = momentOf(at);
  return full.slice(0, 4) === dateOf(now).slice(0, 4) ? full.slice(5) : full;
}

/** `11月22日星期日` or `Sunday 22 November`. The order of the English words is ours: tables of locales differ on it. */
export function longDayOf(at: Date, language: Language): string {
  const words = format(language, 'long day', { weekday: 'long', day: 'numeric', month: 'long' });
  if (language === 'zh') return words.format(at);
  const part = Object.fromEntries(words.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${part.weekday} ${part.day} ${part.month}`;
}

/** A span in its largest fitting unit, for «3 天 4 小时 left». */
export interface Span {
  days: number;
  hours: number;
  minutes: number;
}

/** How long from one instant to another, without its sign. */
export function spanBetween(from: number, to: number): Span {
  const total = Math.abs(to - from);
  return {
    days: Math.floor(total / DAY),
    hours: Math.floor((total % DAY) / HOUR),
    minutes: Math.floor((total % HOUR) / MINUTE),
  };
}

/** The instant of a wall-clock time in Shanghai, from the `2026-11-22T15:37` of a form. */
export function instantOf(local: string): string {
  return new Date(`${local}${local.length === 16 ? ':00' : ''}+08:00`).toISOString();
}
