//! What the guard's pages ask the server for, each with the key it is kept under.

import { queryOptions } from '@tanstack/react-query';
import { api, ok, type Schemas } from '../../api/client.ts';

export type Interception = Schemas['InterceptionBody'];
export type InterceptionRow = Schemas['PageBody_InterceptionRowBody']['items'][number];
export type Outcome = Schemas['GuardOutcome'];
export type Stage = Interception['stage'];

/** Where hints about interceptions come from. */
export const LIVE_URL = '/api/guard/live';

/** From the weakest to the strongest. */
export const OUTCOMES = ['allow', 'advise', 'verify', 'delay', 'hold', 'block'] as const satisfies Outcome[];

export function interceptionQuery(id: string) {
  return queryOptions({
    queryKey: ['guard', 'interception', id],
    queryFn: ({ signal }) => ok(api.GET('/api/guard/interceptions/{id}', { params: { path: { id } }, signal })),
  });
}

/** The dialogues and the kinds of scam; they change with a release. */
export const bookQuery = queryOptions({
  queryKey: ['guard', 'book'],
  queryFn: () => ok(api.GET('/api/guard/dialogues')),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Names change with a release or a change of lists. */
const NAMES_FRESH_MS = 10 * 60_000;

/** The names that expressions and models know, with what each is. */
export const namesQuery = queryOptions({
  queryKey: ['guard', 'names'],
  queryFn: ({ signal }) => ok(api.GET('/api/guard/names', { signal })),
  staleTime: NAMES_FRESH_MS,
});

/** A sum in fen, as amounts are written everywhere. */
export function yuan(fen: number): { minor: number; currency: string } {
  return { minor: fen, currency: 'CNY' };
}
