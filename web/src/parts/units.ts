//! The organisation as the server hands it out: one level at a time, or by words.

import { queryOptions } from '@tanstack/react-query';
import { api, ok, type Schemas } from '../api/client.ts';

export type Unit = Schemas['UnitBody'];

/** As many as the server gives at once; a level with more goes on with the next page. */
const PAGE_ROWS = 200;
/** Pages of one level: four thousand outlets below one branch are more than any bank has. */
const PAGES_MAX = 20;
/** Matches shown for typed words; who needs more types more. */
const FOUND_MAX = 50;
const FRESH_MS = 5 * 60_000;

async function level(parent: string | undefined): Promise<Unit[]> {
  const units: Unit[] = [];
  let after: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const query = { limit: PAGE_ROWS, ...(parent ? { parent } : {}), ...(after ? { after } : {}) };
    const answer = await ok(api.GET('/api/people/units', { params: { query } }));
    units.push(...answer.items);
    after = answer.page.next ?? undefined;
    if (!after) break;
  }
  return units;
}

/** The units directly below one; without one, the top. */
export function levelQuery(parent: string | undefined) {
  return queryOptions({
    queryKey: ['people', 'units', 'below', parent ?? null],
    queryFn: () => level(parent),
    staleTime: FRESH_MS,
  });
}

/** The units whose code or name holds these words. */
export function foundUnitsQuery(words: string) {
  return queryOptions({
    queryKey: ['people', 'units', 'found', words],
    queryFn: async () => {
      const query = { words, limit: FOUND_MAX };
      return (await ok(api.GET('/api/people/units', { params: { query } }))).items;
    },
    enabled: words !== '',
    staleTime: FRESH_MS,
  });
}

/** One unit with the line of units above it. */
export function unitQuery(id: string) {
  return queryOptions({
    queryKey: ['people', 'unit', id],
    queryFn: () => ok(api.GET('/api/people/units/{id}', { params: { path: { id } } })),
    staleTime: FRESH_MS,
  });
}
