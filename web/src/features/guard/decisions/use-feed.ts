//! The feed of decisions: grows at its head while it runs, stands still while it is paused.

import { type InfiniteData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { distinct, type RowPage } from '../../../parts/live-rows.ts';
import { type DecisionRow, decisionsQuery, headQuery, newcomers } from './data.ts';
import type { DecisionFilters } from './filters.ts';

type Pages = InfiniteData<RowPage<DecisionRow>, string | undefined>;

export function useFeed(filters: DecisionFilters, isRunning: boolean) {
  const queries = useQueryClient();
  const options = useMemo(() => decisionsQuery(filters), [filters]);
  const query = useInfiniteQuery(options);
  const head = useQuery(headQuery(filters, isRunning));
  const rows = useMemo(() => distinct(query.data?.pages ?? []), [query.data]);
  const fresh = head.data;
  useEffect(() => {
    const data = queries.getQueryData<Pages>(options.queryKey);
    const [first, ...others] = data?.pages ?? [];
    if (!fresh || !data || !first) return;
    const news = newcomers(first.items, fresh);
    // More came than one look reaches: the list begins anew rather than hide a gap.
    if (news === undefined) queries.setQueryData<Pages>(options.queryKey, { pages: [fresh], pageParams: [undefined] });
    else if (news.length > 0) {
      const pages = [{ ...first, items: [...news, ...first.items] }, ...others];
      queries.setQueryData<Pages>(options.queryKey, { ...data, pages });
    }
  }, [fresh, queries, options]);
  return { query, rows, error: head.error };
}
