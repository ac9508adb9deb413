//! What the pages of proofs ask for: backtests and shadows, what they counted, and where they differ from what is live.

import { queryOptions } from '@tanstack/react-query';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { pages } from '../../../parts/pages.ts';
import { useRenewed } from '../renewed.ts';
import type { ScenarioSpec } from '../scenarios/data.ts';
import type { DifferenceFilters } from './filters.ts';

export type Backtest = Schemas['BacktestBody'];
export type Trial = Schemas['TrialResultBody'];
export type TrialSide = Schemas['TrialSideBody'];
export type Threshold = Schemas['ThresholdBody'];
export type Difference = Schemas['TrialDifferenceBody'];
export type RunState = Schemas['BacktestState'];
export type Tried = Schemas['TryBody'];

const ALL = ['guard', 'backtests'] as const;
const PAGE_ROWS = 50;
/** Looks while something goes on; the server notes its progress about as often. */
const LOOK_MS = 2_000;

/** Backtests, newest first. */
export function backtestPages(scenario: string | undefined) {
  return {
    ...pages<Backtest>([...ALL, 'list', scenario ?? null], (after) => {
      const query = { limit: PAGE_ROWS, ...(scenario ? { scenario } : {}), ...(after ? { after } : {}) };
      return ok(api.GET('/api/guard/backtests', { params: { query } }));
    }),
    refetchInterval: ({ state: { data } }: { state: { data?: { pages: { items: Backtest[] }[] } | undefined } }) =>
      data?.pages.some(({ items }) => items.some(({ state }) => state === 'running')) ? LOOK_MS : (false as const),
  };
}

export function backtestQuery(id: string) {
  return queryOptions({
    queryKey: [...ALL, 'one', id],
    queryFn: ({ signal }) => ok(api.GET('/api/guard/backtests/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? LOOK_MS : false),
  });
}

/** Where a backtest differs from what is live. `stage` renews the list when the run has ended. */
export function backtestDifferences(id: string, stage: RunState, filters: DifferenceFilters) {
  const { known, live, candidate } = filters;
  const key = [...ALL, 'differences', id, stage, known ?? null, live ?? null, candidate ?? null];
  return pages<Difference>(key, (after) => {
    const query = { limit: PAGE_ROWS, ...filters, ...(after ? { after } : {}) };
    return ok(api.GET('/api/guard/backtests/{id}/differences', { params: { path: { id }, query } }));
  });
}

/** Starts and ends backtests; every list of them is asked for again. */
export function useBacktestActs() {
  const renewed = useRenewed(ALL);
  return {
    start: (body: Schemas['StartBacktestRequest']) => renewed(ok(api.POST('/api/guard/backtests', { body }))),
    cancel: (id: string) => renewed(ok(api.POST('/api/guard/backtests/{id}/cancel', { params: { path: { id } } }))),
  };
}

/** What a scenario would have decided on the newest events. A refusal tells what is wrong with it and is not asked twice. */
export function tryQuery(spec: ScenarioSpec) {
  const body = { spec: spec as unknown as Schemas['TryScenarioRequest']['spec'] };
  return queryOptions({
    queryKey: ['guard', 'try', spec],
    queryFn: ({ signal }) => ok(api.POST('/api/guard/scenarios/try', { body, signal })),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}
