//! The filters of the queue: the same in the URL, in a saved view and in the question to the server.

import type { Schemas } from '../../../api/client.ts';
import { ENTRIES, HOTLINES } from '../sender.ts';

export const STAGES = [
  'filed',
  'registered',
  'classified',
  'assigned',
  'handling',
  'decided',
  'notified',
  'closed',
  'withdrawn',
] as const satisfies Schemas['StageName'][];

/** Steps at which somebody still has something to do. */
export const OPEN_STAGES = STAGES.filter((stage) => stage !== 'closed' && stage !== 'withdrawn');

export const MATTERS = [
  'complaint',
  'report',
  'petition',
  'consultation',
  'suggestion',
  'praise',
  'help_request',
] as const satisfies Schemas['MatterWord'][];

export const SOURCES = [
  'direct',
  'nfra',
  'pbc',
  'government',
  'market_supervision',
  'consumer_association',
  'other_body',
  'media',
] as const satisfies Schemas['SourceWord'][];

export const CLOCKS = ['overdue', 'due_today', 'due_soon', 'running', 'provisional'] as const;

export interface Filters {
  unit?: string;
  stage?: string;
  clock?: (typeof CLOCKS)[number];
  matter?: Schemas['MatterWord'];
  source?: Schemas['SourceWord'];
  channel?: string;
  business?: string;
  reason?: string;
  handler?: string;
  customer?: string;
  received_from?: string;
  received_to?: string;
  origin_number?: string;
  entry?: Schemas['Entry'];
  hotline?: Schemas['PublicHotline'];
  report?: Schemas['ReportWord'];
  text?: string;
}

/** A word that can stand in an address; what is longer is no filter of ours. */
const CHARS_MAX = 120;

type Check = (value: string) => boolean;

const oneOf =
  (list: readonly string[]): Check =>
  (value) =>
    list.includes(value);
const anyWord: Check = (value) => value.length > 0 && value.length <= CHARS_MAX;
const isDay: Check = (value) => /^\d{4}-\d{2}-\d{2}$/.test(value);

const CHECKS: Record<keyof Filters, Check> = {
  unit: (value) => value.startsWith('un_'),
  stage: (value) => value.split(',').every(oneOf(STAGES)),
  clock: oneOf(CLOCKS),
  matter: oneOf(MATTERS),
  source: oneOf(SOURCES),
  channel: anyWord,
  business: anyWord,
  reason: anyWord,
  handler: (value) => value === 'me' || value.startsWith('st_'),
  customer: (value) => value.startsWith('cu_'),
  received_from: isDay,
  received_to: isDay,
  origin_number: anyWord,
  entry: oneOf(ENTRIES),
  hotline: oneOf(HOTLINES),
  report: (value) => value === 'owed',
  text: anyWord,
};

/** The filters in an address or a saved view; what is not one of them, or not as it must be, is left out. */
export function readFilters(given: Record<string, unknown>): Filters {
  const filters: Record<string, string> = {};
  for (const [key, check] of Object.entries(CHECKS)) {
    const value = given[key];
    if (typeof value === 'string' && check(value.trim())) filters[key] = value.trim();
    else if (typeof value === 'number' && check(String(value))) filters[key] = String(value);
  }
  return filters as Filters;
}

/** The filters with a change; an empty value takes one away. */
export function withChange(filters: Filters, change: Partial<Record<keyof Filters, string | undefined>>): Filters {
  return readFilters({ ...filters, ...change });
}

/** Whether two sets of filters show the same. */
export function isSame(one: Filters, other: Filters): boolean {
  const text = (filters: Filters) => JSON.stringify(Object.entries(filters).sort());
  return text(one) === text(other);
}

/** How many filters narrow the list. */
export function countOf(filters: Filters): number {
  return Object.keys(filters).length;
}
