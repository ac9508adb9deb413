//! What the pages of shadows ask for: versions that decide beside what is live and are never acted on.

import { queryOptions } from '@tanstack/react-query';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { pages } from '../../../parts/pages.ts';
import { useRenewed } from '../renewed.ts';
import type { Difference } from './data.ts';
import type { DifferenceFilters } from './filters.ts';

export type Shadow = Schemas['ShadowBody'];

const ALL = ['guard', 'shadows'] as const;
const PAGE_ROWS = 50;
/** A shadow works through what came once a second; looking oftener shows nothing new. */
const LOOK_MS = 5_000;

/** Shadows, newest first. */
export function shadowPages(scenario: string | undefined) {
  return pages<Shadow>([...ALL, 'list', scenario ?? null], (after) => {
    const query = { limit: PAGE_ROWS, ...(scenario ? { scenario } : {}), ...(after ? { after } : {}) };
    return ok(api.GET('/api/guard/shadows', { params: { query } }));
  });
}

export function shadowQuery(id: string) {
  return queryOptions({
    queryKey: [...ALL, 'one', id],
    queryFn: ({ signal }) => ok(api.GET('/api/guard/shadows/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? LOOK_MS : false),
  });
}

/** Where a shadow differs from what was decided. */
export function shadowDifferences(id: string, filters: DifferenceFilters) {
  const { known, live, candidate } = filters;
  return pages<Difference>([...ALL, 'differences', id, known ?? null, live ?? null, candidate ?? null], (after) => {
    const query = { limit: PAGE_ROWS, ...filters, ...(after ? { after } : {}) };
    return ok(api.GET('/api/guard/shadows/{id}/differences', { params: { path: { id }, query } }));
  });
}

/** Starts and ends shadows; every list of them is asked for again. */
export function useShadowActs() {
  const renewed = useRenewed(ALL);
  return {
    start: (body: Schemas['StartShadowRequest']) => renewed(ok(api.POST('/api/guard/shadows', { body }))),
    stop: (id: string) => renewed(ok(api.POST('/api/guard/shadows/{id}/stop', { params: { path: { id } } }))),
  };
}
