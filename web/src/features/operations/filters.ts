//! What stands in the addresses of these pages: words, ids and days, never personal data.

export interface RegulationFilters {
  words?: string;
  table?: string;
  verified?: boolean;
  on?: string;
}

export interface AuditFilters {
  actor?: string;
  kind?: string;
  stream?: string;
  revealing?: boolean;
  from?: string;
  until?: string;
}

export const TABLES = [
  'alert',
  'axis',
  'category',
  'checklist',
  'clock',
  'extension',
  'figure',
  'pause',
  'provision',
  'remedy',
  'restart',
  'retention',
  'yearly',
] as const;

function word(given: unknown): string | undefined {
  return typeof given === 'string' && given !== '' ? given : undefined;
}

function day(given: unknown): string | undefined {
  const text = word(given);
  return text && /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : undefined;
}

/** Leaves out what is not there, so that the address stays short. */
function present<T extends object>(all: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as T;
}

export function readRegulationFilters(given: Record<string, unknown>): RegulationFilters {
  const table = word(given.table);
  return present<RegulationFilters>({
    words: word(given.words),
    table: TABLES.find((one) => one === table),
    verified: typeof given.verified === 'boolean' ? given.verified : undefined,
    on: day(given.on),
  });
}

export function readAuditFilters(given: Record<string, unknown>): AuditFilters {
  return present<AuditFilters>({
    actor: word(given.actor),
    kind: word(given.kind),
    stream: word(given.stream),
    revealing: given.revealing === true ? true : undefined,
    from: day(given.from),
    until: day(given.until),
  });
}

export function readYear(given: Record<string, unknown>): { year?: number } {
  const { year } = given;
  return typeof year === 'number' && Number.isInteger(year) && year >= 1949 && year <= 2200 ? { year } : {};
}
