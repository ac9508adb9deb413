//! What the voice room's pages ask the server for, each with the key it is kept under.

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ok, type Schemas } from '../../api/client.ts';
import type { LiveList } from '../../parts/live-rows.ts';
import type { Filters } from './queue/filters.ts';

export type Order = Schemas['OrderBody'];
export type OrderRow = Schemas['OrderRowBody'];
export type Clock = Schemas['ClockBody'];
export type Stage = Schemas['StageName'];

/** Rows of a page of the queue: two screens, so that scrolling seldom waits. */
const PAGE_ROWS = 100;

/** Where hints of this room come from. */
export const LIVE_URL = '/api/voice/live';

/** Everything of this room; a change anywhere may concern any of it. */
export const VOICE = ['voice'] as const;

export function orderQuery(id: string) {
  return queryOptions({
    queryKey: ['voice', 'order', id],
    queryFn: ({ signal }) => ok(api.GET('/api/voice/orders/{id}', { params: { path: { id } }, signal })),
  });
}

/** Where the rules would send an order as it stands at a version, and why. */
export function routeQuery(id: string, version: number) {
  return queryOptions({
    queryKey: ['voice', 'route', id, version],
    queryFn: () => ok(api.GET('/api/voice/orders/{id}/route', { params: { path: { id } } })),
    retry: false,
  });
}

/** What the words of an order speak for; they stay as they were filed. */
export function orderGuessesQuery(id: string) {
  return queryOptions({
    queryKey: ['voice', 'guesses', id],
    queryFn: () => ok(api.GET('/api/voice/orders/{id}/guesses', { params: { path: { id } } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** As much of a narrative as the server takes to look for likely same orders. */
const MATCHED_CHARS_MAX = 4_000;

/** Orders that are likely the same as one that is filed already, itself left out. */
export function orderMatchesQuery({ id, title, narrative, party, classes }: Order) {
  const body: Schemas['MatchRequest'] = {
    title,
    narrative: narrative.slice(0, MATCHED_CHARS_MAX),
    ...(party.customer ? { customer: party.customer } : {}),
    ...(classes ? { business: classes.business } : {}),
  };
  return queryOptions({
    queryKey: ['voice', 'matches', id, body.business],
    queryFn: async () => {
      const { matches } = await ok(api.POST('/api/voice/matches', { body }));
      return matches.filter((match) => match.id !== id);
    },
    retry: false,
  });
}

/** The rows that fit; hints renew single pages. */
export function orderRows(filters: Filters): LiveList<OrderRow> {
  return {
    queryKey: ['voice', 'rows', filters],
    fetch: (after, signal, limit) => fetchRows(filters, after, signal, limit),
  };
}

export function fetchRows(filters: Filters, after: string | undefined, signal?: AbortSignal, limit = PAGE_ROWS) {
  const query = { ...filters, limit, ...(after === undefined ? {} : { after }) };
  return ok(api.GET('/api/voice/orders', { params: { query }, ...(signal ? { signal } : {}) }));
}

export const axesQuery = queryOptions({
  queryKey: ['voice', 'axes'],
  queryFn: () => ok(api.GET('/api/voice/axes')),
  // The classes of the standard change with a release.
  staleTime: Number.POSITIVE_INFINITY,
});

export const approvalsQuery = queryOptions({
  queryKey: ['voice', 'approvals'],
  queryFn: () => ok(api.GET('/api/voice/approvals')),
});

export function tasksQuery(mine: boolean) {
  return infiniteQueryOptions({
    queryKey: ['voice', 'tasks', mine],
    queryFn: ({ pageParam }) => {
      const query = { limit: PAGE_ROWS, ...(mine ? { mine } : {}), ...(pageParam ? { after: pageParam } : {}) };
      return ok(api.GET('/api/voice/tasks', { params: { query } }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.page.next ?? undefined,
  });
}

export const dayQuery = queryOptions({
  queryKey: ['voice', 'day'],
  queryFn: () => ok(api.GET('/api/voice/day')),
});

/** A few orders at one step, for a glance. */
export function glanceQuery(filters: Filters, limit: number) {
  return queryOptions({
    queryKey: ['voice', 'glance', filters, limit],
    queryFn: ({ signal }) => fetchRows(filters, undefined, signal, limit),
  });
}

/** The bank's own list of root causes; it changes with the law files, not from one page to the next. */
export const causesQuery = queryOptions({
  queryKey: ['voice', 'causes'],
  queryFn: () => ok(api.GET('/api/voice/causes')),
  staleTime: Number.POSITIVE_INFINITY,
});

/** The bank's own list of bodies that mediate; it changes with the law files too. */
export const mediatorsQuery = queryOptions({
  queryKey: ['voice', 'mediators'],
  queryFn: () => ok(api.GET('/api/voice/mediators')),
  staleTime: Number.POSITIVE_INFINITY,
});

/** How often a run that goes on is looked at. */
const RUN_POLL_MS = 1_000;

/** A run over many orders; looked at again as long as it goes on. */
export function bulkQuery(id: string) {
  return queryOptions({
    queryKey: ['voice', 'bulk', id],
    queryFn: () => ok(api.GET('/api/voice/bulk/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (['running', 'undoing'].includes(state.data?.state ?? '') ? RUN_POLL_MS : false),
  });
}

/** The orders of a run that came to one end. */
export function bulkOrdersQuery(id: string, state: Schemas['BulkItemState']) {
  return queryOptions({
    queryKey: ['voice', 'bulk', id, 'orders', state],
    queryFn: () => ok(api.GET('/api/voice/bulk/{id}/orders', { params: { path: { id }, query: { state } } })),
  });
}
