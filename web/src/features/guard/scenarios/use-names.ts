//! The names that an expression may ask, gathered from what the server tells: what a decision saw, what live scenarios ask,
//! the lists.

import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, ok } from '../../../api/client.ts';
import { holds, useSession } from '../../../api/session.ts';
import { FUNCTIONS, namesIn } from './completion.ts';
import { type Scenario, specOf } from './data.ts';

/** Names change with a release or a change of lists. */
const FRESH_MS = 10 * 60_000;
/** Versions whose expressions are read for names. */
const VERSIONS_MAX = 50;

export function useNames(): string[] {
  const session = useSession();
  const seesLists = holds(session, 'guard.list.see');
  const seesDecisions = holds(session, 'guard.decision.see');
  const { data: asked = [] } = useQuery({
    queryKey: ['guard', 'names', 'scenarios'],
    queryFn: async () => {
      const query = { state: 'live' as const, limit: VERSIONS_MAX };
      return (await ok(api.GET('/api/guard/scenarios', { params: { query } }))).items.flatMap(namesOf);
    },
    staleTime: FRESH_MS,
  });
  const { data: lists = [] } = useQuery({
    queryKey: ['guard', 'names', 'lists'],
    queryFn: async () => (await ok(api.GET('/api/guard/lists'))).map(({ name }) => `lists.${name}`),
    enabled: seesLists,
    staleTime: FRESH_MS,
  });
  const { data: seen = [] } = useQuery({
    queryKey: ['guard', 'names', 'seen'],
    queryFn: seenNames,
    enabled: seesDecisions,
    staleTime: FRESH_MS,
  });
  return useMemo(() => [...new Set([...seen, ...asked, ...lists].sort()), ...FUNCTIONS], [seen, asked, lists]);
}

/** Every field and feature that the newest decision saw: the whole schema, by name. */
async function seenNames(): Promise<string[]> {
  const { items } = await ok(api.GET('/api/guard/decisions', { params: { query: { limit: 1 } } }));
  const id = items[0]?.id;
  if (!id) return [];
  const { seen } = await ok(api.GET('/api/guard/decisions/{id}', { params: { path: { id } } }));
  return seen.map(({ name }) => name);
}

/** Every name that a version's expressions ask. */
export function namesOf(scenario: Scenario): string[] {
  const { unless, rules } = specOf(scenario);
  return [unless ?? '', ...rules.map(({ when }) => when)].flatMap(namesIn);
}
