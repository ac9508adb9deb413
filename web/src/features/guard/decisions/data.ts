//! What the pages of decisions ask for, and how the feed grows at its head.

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ok, type Schemas } from '../../../api/client.ts';
import type { RowPage } from '../../../parts/live-rows.ts';
import type { DecisionFilters } from './filters.ts';

export type DecisionRow = Schemas['DecisionRowBody'];
export type Decision = Schemas['DecisionDetailBody'];

const PAGE_ROWS = 100;

function ask(filters: DecisionFilters, after?: string, signal?: AbortSignal) {
  const query = { ...filters, limit: PAGE_ROWS, ...(after ? { after } : {}) };
  return ok(api.GET('/api/guard/decisions', { params: { query }, ...(signal ? { signal } : {}) }));
}

/** Everything so far; its head is looked at apart. */
export function decisionsQuery(filters: DecisionFilters) {
  return infiniteQueryOptions({
    queryKey: ['guard', 'decisions', filters],
    queryFn: ({ pageParam, signal }) => ask(filters, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.page.next ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
}

/** How often a feed that runs looks for new decisions: a teller reads no faster. */
const POLL_MS = 3_000;

/** The newest decisions, again and again while the feed runs and is in sight. */
export function headQuery(filters: DecisionFilters, isRunning: boolean) {
  return queryOptions({
    queryKey: ['guard', 'decisions head', filters],
    queryFn: ({ signal }) => ask(filters, undefined, signal),
    enabled: isRunning,
    refetchInterval: POLL_MS,
    staleTime: 0,
  });
}

/** The rows of a head that a list does not have yet; nothing when the head may not reach down to the list. */
export function newcomers<T extends { id: string }>(known: T[], head: RowPage<T>): T[] | undefined {
  const ids = new Set(known.map((row) => row.id));
  const first = head.items.findIndex((row) => ids.has(row.id));
  if (first >= 0) return head.items.slice(0, first);
  const isWhole = !head.page.next;
  return known.length === 0 || isWhole ? head.items.filter((row) => !ids.has(row.id)) : undefined;
}

export function decisionQuery(id: string) {
  return queryOptions({
    queryKey: ['guard', 'decision', id],
    queryFn: ({ signal }) => ok(api.GET('/api/guard/decisions/{id}', { params: { path: { id } }, signal })),
  });
}
