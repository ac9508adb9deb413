//! The queue that was looked at last, so that an order knows the way back and what comes next.

import { useQueryClient } from '@tanstack/react-query';
import type { RowPage } from '../../../parts/live-rows.ts';
import { distinct } from '../../../parts/live-rows.ts';
import { type OrderRow, orderRows } from '../data.ts';
import type { Filters } from './filters.ts';

let last: Filters = {};

export function rememberQueue(filters: Filters): void {
  last = filters;
}

/** Its filters; none before a queue was opened. */
export function lastQueue(): Filters {
  return last;
}

export interface Neighbours {
  /** The place in the queue, from one, and how many rows of it are known. */
  at: number;
  of: number;
  before: string | undefined;
  after: string | undefined;
}

/** What stands before and after an order in the queue it was opened from; nothing where it was opened from elsewhere. */
export function useNeighbours(id: string): Neighbours | undefined {
  const queries = useQueryClient();
  const data = queries.getQueryData<{ pages: RowPage<OrderRow>[] }>(orderRows(last).queryKey);
  return neighboursOf(distinct(data?.pages ?? []), id);
}

export function neighboursOf(rows: { id: string }[], id: string): Neighbours | undefined {
  const at = rows.findIndex((row) => row.id === id);
  if (at < 0) return undefined;
  return { at: at + 1, of: rows.length, before: rows[at - 1]?.id, after: rows[at + 1]?.id };
}
