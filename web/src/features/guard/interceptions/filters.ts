//! The filters of interceptions: the same in the URL and in the question to the server.

import { api, ok, type Schemas } from '../../../api/client.ts';
import type { LiveList } from '../../../parts/live-rows.ts';
import { type InterceptionRow, OUTCOMES, type Outcome, type Stage } from '../data.ts';

export const STAGES = ['open', 'settled', 'closed'] as const satisfies Stage[];

export const ENDINGS = [
  'persuaded',
  'insisted',
  'police',
  'false_alarm',
  'reported_later',
] as const satisfies Schemas['GuardEnding'][];

export interface InterceptionFilters {
  stage?: Stage;
  ending?: Schemas['GuardEnding'];
  scam?: string;
  outcome?: Outcome;
}

/** A key of a scam is a word of this shape. */
const KEY = /^[a-z_]{1,40}$/;
const PAGE_ROWS = 100;

/** The filters in an address; what is not one of them, or not as it must be, is left out. */
export function readInterceptionFilters(given: Record<string, unknown>): InterceptionFilters {
  const stage = STAGES.find((one) => one === given.stage);
  const ending = ENDINGS.find((one) => one === given.ending);
  const outcome = OUTCOMES.find((one) => one === given.outcome);
  const scam = typeof given.scam === 'string' && KEY.test(given.scam) ? given.scam : undefined;
  return {
    ...(stage ? { stage } : {}),
    ...(ending ? { ending } : {}),
    ...(scam ? { scam } : {}),
    ...(outcome ? { outcome } : {}),
  };
}

/** The interceptions that fit, newest first. */
export function interceptionRows(filters: InterceptionFilters): LiveList<InterceptionRow> {
  return {
    queryKey: ['guard', 'interceptions', filters],
    fetch: (after, signal, limit = PAGE_ROWS) => {
      const query = { ...filters, limit, ...(after ? { after } : {}) };
      return ok(api.GET('/api/guard/interceptions', { params: { query }, ...(signal ? { signal } : {}) }));
    },
  };
}
