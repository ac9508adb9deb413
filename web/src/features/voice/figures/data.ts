//! What the figures' pages ask the server for.

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { type Behind, dayBefore, type FigureFilters, monthStart, periodOf } from './filters.ts';

export type Figures = Schemas['FiguresBody'];
export type FigureValue = Schemas['FigureBody'];
export type Group = Schemas['GroupBody'];

/** Rows of a page of the orders behind a number. */
const PAGE_ROWS = 100;
/** Months before the period that a baseline can rest on. */
export const BASELINE_MONTHS = 12;

function conditions(filters: FigureFilters) {
  const { trend: _, ...others } = filters;
  return { ...others, ...periodOf(filters) };
}

/** Everything that the page shows of the period, counted in one go. */
export function figuresQuery(filters: FigureFilters) {
  const query = { ...conditions(filters), by: 'month,organisation,reason,clock', compare: true };
  return queryOptions({
    queryKey: ['voice', 'figures', query],
    queryFn: ({ signal }) => ok(api.GET('/api/voice/figures', { params: { query }, signal })),
  });
}

/** The months before the period, for what is usual. */
export function earlierQuery(filters: FigureFilters) {
  const { from, ...others } = conditions(filters);
  const first = monthStart(from, 0);
  const query = { ...others, from: monthStart(first, BASELINE_MONTHS), to: dayBefore(first), by: 'month' };
  return queryOptions({
    queryKey: ['voice', 'figures', query],
    queryFn: ({ signal }) => ok(api.GET('/api/voice/figures', { params: { query }, signal })),
  });
}

export const definitionsQuery = queryOptions({
  queryKey: ['voice', 'figure definitions'],
  queryFn: () => ok(api.GET('/api/voice/figures/definitions')),
  staleTime: Number.POSITIVE_INFINITY,
});

/** The orders behind a number. */
export function behindQuery({ figure, part, by, key, ...filters }: Behind) {
  const query = {
    ...conditions(filters),
    limit: PAGE_ROWS,
    ...(part ? { part } : {}),
    ...(by ? { by, key: key ?? '' } : {}),
  };
  return infiniteQueryOptions({
    queryKey: ['voice', 'figure orders', figure, query],
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET('/api/voice/figures/{figure}/orders', {
          params: { path: { figure }, query: { ...query, ...(pageParam ? { after: pageParam } : {}) } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.page.next ?? undefined,
  });
}

/** One figure of a list of them. */
export function figureOf(figures: FigureValue[] | undefined, figure: Schemas['Figure']): FigureValue | undefined {
  return figures?.find((one) => one.figure === figure);
}

/** The groups of one dimension. */
export function groupsOf(figures: Figures, by: Schemas['Dimension']): Group[] {
  return figures.groups.find((one) => one.by === by)?.items ?? [];
}
