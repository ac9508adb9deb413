//! Figures in words: counts, shares, spans and hundredths as the server counts them, in the reader's way of writing.

import { type Language, tagOf } from './language.ts';

/** In what the server counts a figure. */
export type QuantityUnit = 'orders' | 'parts_per_million' | 'seconds' | 'hundredths';

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;
const MINUTE_SECONDS = 60;
const PARTS = 1_000_000;
const PARTS_OF_PERCENT = 10_000;

const formats = new Map<string, Intl.NumberFormat>();

function write(value: number, language: Language, options: Intl.NumberFormatOptions): string {
  const key = language + JSON.stringify(options);
  let known = formats.get(key);
  if (!known) {
    known = new Intl.NumberFormat(tagOf(language), options);
    formats.set(key, known);
  }
  return known.format(value);
}

/** `1,234`. */
export function countText(value: number, language: Language): string {
  return write(value, language, { maximumFractionDigits: 0 });
}

/** `95.3%` from parts per million. */
export function shareText(ppm: number, language: Language): string {
  return write(ppm / PARTS, language, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** `+4.0%`, for a change against an earlier period. */
export function changeText(ppm: number, language: Language): string {
  return write(ppm / PARTS, language, {
    style: 'percent',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
    signDisplay: 'exceptZero',
  });
}

/** A length of time in its largest fitting unit, with one decimal where that says something: `2.4天`. */
export function lengthText(seconds: number, language: Language): string {
  const of = (value: number, unit: string) =>
    write(value, language, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 1 });
  if (seconds >= DAY_SECONDS) return of(seconds / DAY_SECONDS, 'day');
  if (seconds >= HOUR_SECONDS) return of(seconds / HOUR_SECONDS, 'hour');
  return of(Math.round(seconds / MINUTE_SECONDS), 'minute');
}

/** A figure as it is read; a dash where there was nothing to divide by. */
export function quantityText(value: number | null | undefined, unit: QuantityUnit, language: Language): string {
  if (value === null || value === undefined) return '—';
  switch (unit) {
    case 'orders':
      return countText(value, language);
    case 'parts_per_million':
      return shareText(value, language);
    case 'seconds':
      return lengthText(value, language);
    case 'hundredths':
      return write(value / 100, language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  }
}

/** The figure as a number on an axis: orders, percent, days, units. */
export function plotted(value: number, unit: QuantityUnit): number {
  switch (unit) {
    case 'orders':
      return value;
    case 'parts_per_million':
      return value / PARTS_OF_PERCENT;
    case 'seconds':
      return value / DAY_SECONDS;
    case 'hundredths':
      return value / 100;
  }
}

/** The other way round, so that the words of a figure can stand on an axis. */
export function unplotted(value: number, unit: QuantityUnit): number {
  const factor = { orders: 1, parts_per_million: PARTS_OF_PERCENT, seconds: DAY_SECONDS, hundredths: 100 }[unit];
  return value * factor;
}

/** A number with one decimal. */
export function decimalText(value: number, language: Language): string {
  return write(value, language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}
