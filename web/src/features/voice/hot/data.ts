//! What the pages of hot issues ask for.

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ok, type Schemas } from '../../../api/client.ts';

export type HotIssue = Schemas['HotIssueBody'];

export interface HotFilters {
  day?: string;
  unit?: string;
}

export function readHotFilters(given: Record<string, unknown>): HotFilters {
  const { day, unit } = given;
  return {
    ...(typeof day === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(day) ? { day } : {}),
    ...(typeof unit === 'string' && unit.startsWith('un_') ? { unit } : {}),
  };
}

export const HOT = ['voice', 'hot issues'] as const;
const PAGE_ROWS = 50;

export function hotIssuesQuery(filters: HotFilters) {
  return queryOptions({
    queryKey: [...HOT, filters],
    queryFn: ({ signal }) => ok(api.GET('/api/voice/hot-issues', { params: { query: filters }, signal })),
  });
}

/** The digest of the week that ends with the day, ready to print. */
export function printedDigest(filters: HotFilters): Promise<string> {
  return ok(api.GET('/api/voice/hot-issues/digest/print', { params: { query: filters }, parseAs: 'text' }));
}

export function hotOrdersQuery(id: string, side: 'seen' | 'before') {
  return infiniteQueryOptions({
    queryKey: [...HOT, 'orders', id, side],
    queryFn: ({ pageParam, signal }) => {
      const query = { side, limit: PAGE_ROWS, ...(pageParam ? { after: pageParam } : {}) };
      return ok(api.GET('/api/voice/hot-issues/{id}/orders', { params: { path: { id }, query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.page.next ?? undefined,
  });
}
