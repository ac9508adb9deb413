//! What can be done to an order: the server's verbs with their requests, sent with the version that the reader saw.

import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { type Order, orderQuery } from '../data.ts';

/** The requests of the verbs that take one as JSON. */
export interface Requests {
  register: Schemas['VersionRequest'];
  decline: Schemas['DeclineRequest'];
  classify: Schemas['ClassifyRequest'];
  assign: Schemas['AssignRequest'];
  accept: Schemas['VersionRequest'];
  contact: Schemas['ContactRequest'];
  note: Schemas['NoteRequest'];
  open_task: Schemas['OpenTaskRequest'];
  answer_task: Schemas['TaskTextRequest'];
  cancel_task: Schemas['TaskTextRequest'];
  name_representative: Schemas['NameRepresentativeRequest'];
  amend: Schemas['AmendRequest'];
  pause: Schemas['PauseRequest'];
  resume: Schemas['AtRequest'];
  propose_extension: Schemas['ClockWhyRequest'];
  approve_extension: Schemas['ClockRequest'];
  refuse_extension: Schemas['ClockWhyRequest'];
  recall_extension: Schemas['ClockRequest'];
  decide: Schemas['DecideRequest'];
  propose_award: Schemas['ProposeAwardRequest'];
  approve_award: Schemas['AwardNumberRequest'];
  refuse_award: Schemas['RefuseAwardRequest'];
  recall_award: Schemas['AwardNumberRequest'];
  recuse: Schemas['RecuseRequest'];
  find_cause: Schemas['FindCauseRequest'];
  notify: Schemas['NotifyRequest'];
  report_back: Schemas['ReportBackRequest'];
  visit: Schemas['VisitRequest'];
  close: Schemas['VersionRequest'];
  withdraw: Schemas['WithdrawRequest'];
  retype: Schemas['RetypeRequest'];
  link: Schemas['LinkRequest'];
  unlink: Schemas['UnlinkRequest'];
  reopen: Schemas['ReopenRequest'];
}

export type Verb = keyof Requests;
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
