//! What can be done to an interception: the server's verbs with their requests, sent with the version that the reader saw.

import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { api, ok, type Schemas } from '../../../api/client.ts';
import type { paths } from '../../../api/schema.d.ts';
import { type Interception, interceptionQuery } from '../data.ts';

type BodyAt<P extends keyof paths> = paths[P] extends {
  post: { requestBody: { content: { 'application/json': infer Body } } };
}
  ? Body
  : never;

/** What is no act with a form: it is asked for where the data stands, and opened at once. */
type Apart = 'reveal';

type VerbOf<P> = P extends `/api/guard/interceptions/{id}/${infer Last}` ? Exclude<Last, Apart> : never;

/** Everything that the server knows how to do with an interception, from its own description. */
export type Verb = VerbOf<keyof paths>;

/** The requests of the verbs. */
export type Requests = { [V in Verb]: BodyAt<Extract<`/api/guard/interceptions/{id}/${V}`, keyof paths>> };

/** A request without the version, which is added when it is sent. */
export type Given<V extends Verb> = Omit<Requests[V], 'version'>;

export type InterceptionState = Schemas['InterceptionStateBody'];

/** Acts on an interception and shows what came of it: the new state at once, history and texts as soon as they are fetched. */
export function useAct(id: string) {
  const queries = useQueryClient();
  return useCallback(
    async <V extends Verb>(verb: V, given: Given<V>, version: number): Promise<InterceptionState> => {
      // The paths differ only in their last part, so one of them stands for all.
      const path = `/api/guard/interceptions/{id}/${verb}` as '/api/guard/interceptions/{id}/note';
      const body = { ...given, version } as unknown as Schemas['NoteOnInterceptionRequest'];
      const state = await ok(api.POST(path, { params: { path: { id } }, body }));
      const { queryKey } = interceptionQuery(id);
      queries.setQueryData<Interception>(queryKey, (before) => (before ? { ...before, ...state } : before));
      await queries.invalidateQueries({ queryKey });
      return state;
    },
    [queries, id],
  );
}

/** Whether something can be done now, and if not, why. */
export function stateOf(interception: Interception, verb: string): { allowed: boolean; reason: string | undefined } {
  const found = interception.allowed_actions.find((one) => one.action === verb);
  return { allowed: found?.allowed ?? false, reason: found?.reason ?? undefined };
}
