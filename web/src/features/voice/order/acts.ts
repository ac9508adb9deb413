//! What can be done to an order: the server's verbs with their requests, sent with the version that the reader saw.

import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { api, ok, type Schemas } from '../../../api/client.ts';
import type { paths } from '../../../api/schema.d.ts';
import { type Order, orderQuery } from '../data.ts';

/** The JSON that an address takes, or nothing. */
type BodyAt<P extends keyof paths> = paths[P] extends {
  post: { requestBody: { content: { 'application/json': infer Body } } };
}
  ? Body
  : never;

/** What is no act with a form: it is asked for where the data stands, and opened at once. */
type Apart = 'reveal';

/** The last parts of the addresses below an order that take a request as JSON. */
type VerbOf<P> = P extends `/api/voice/orders/{id}/${infer Last}`
  ? Last extends `${string}/${string}` | Apart
    ? never
    : [BodyAt<Extract<P, keyof paths>>] extends [never]
      ? never
      : Last
  : never;

/** Everything that the server knows how to do with an order, from its own description: a new act is a gap that types show. */
export type Verb = VerbOf<keyof paths>;

/** The requests of the verbs. */
export type Requests = { [V in Verb]: BodyAt<Extract<`/api/voice/orders/{id}/${V}`, keyof paths>> };

/** A request without the version, which is added when it is sent. */
export type Given<V extends Verb> = Omit<Requests[V], 'version'>;

/** Sends one act. The paths differ only in their last part, so one of them stands for all. */
async function send<V extends Verb>(id: string, verb: V, body: Requests[V]): Promise<Schemas['OrderStateBody']> {
  const path = `/api/voice/orders/{id}/${verb}` as '/api/voice/orders/{id}/note';
  return ok(api.POST(path, { params: { path: { id } }, body: body as unknown as Schemas['NoteRequest'] }));
}

/** Acts on an order and shows what came of it: the new state at once, texts and history as soon as they are fetched. */
export function useAct(order: Order) {
  const queries = useQueryClient();
  const { id } = order;
  return useCallback(
    async <V extends Verb>(verb: V, given: Given<V>, version: number) => {
      const state = await send(id, verb, { ...given, version } as Requests[V]);
      took(queries, id, state);
      return state;
    },
    [queries, id],
  );
}

/** What every page keeps of this order is older than what the server just said. */
export function took(queries: ReturnType<typeof useQueryClient>, id: string, state: Schemas['OrderStateBody']): void {
  const { queryKey } = orderQuery(id);
  queries.setQueryData<Order>(queryKey, (before) => (before ? { ...before, ...state } : before));
  void queries.invalidateQueries({ queryKey });
  for (const list of ['day', 'approvals', 'tasks']) void queries.invalidateQueries({ queryKey: ['voice', list] });
}

/** Whether something can be done now, and if not, why. */
export function stateOf(order: Order, verb: string): { allowed: boolean; reason: string | undefined } {
  const found = order.allowed_actions.find((one) => one.action === verb);
  return { allowed: found?.allowed ?? false, reason: found?.reason ?? undefined };
}
