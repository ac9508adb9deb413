//! What the voice room's pages ask the server for, each with the key it is kept under.

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ok, type Schemas } from '../../api/client.ts';
import type { Filters } from './queue/filters.ts';

export type Order = Schemas['OrderBody'];
export type OrderRow = Schemas['OrderRowBody'];
export type Clock = Schemas['ClockBody'];
export type Stage = Schemas['StageName'];

/** Rows of a page of the queue: two screens, so that scrolling seldom waits. */
const PAGE_ROWS = 100;

/** Everything of this room; a change anywhere may concern any of it. */
export const VOICE = ['voice'] as const;

export function orderQuery(id: string) {
  return queryOptions({
    queryKey: ['voice', 'order', id],
    queryFn: ({ signal }) => ok(api.GET('/api/voice/orders/{id}', { params: { path: { id } }, signal })),
  });
}

/** The rows that fit; the server hands out the place of the next page. */
export function orderRowsQuery(filters: Filters) {
  return infiniteQueryOptions({
    queryKey: ['voice', 'rows', filters],
    queryFn: ({ pageParam, signal }) => fetchRows(filters, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.page.next ?? undefined,
    // Live hints renew single pages; asking for all of them again would move the reader.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
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
