//! What can be done to many orders at once: each verb with its permission and the request that its fields become.

import { api, ok, type Schemas } from '../../../../api/client.ts';
import { holds, type Session } from '../../../../api/session.ts';
import type { Filters } from '../filters.ts';

export interface BulkFields {
  channel?: string;
  business?: string;
  reason?: string;
  unit?: string;
  person?: string;
  cause?: string;
}

type Action = Schemas['BulkActionRequest'];
export type BulkVerb = Action['verb'];

const PERMISSIONS: Record<BulkVerb, string> = {
  register: 'voice.order.register',
  classify: 'voice.order.classify',
  assign: 'voice.order.assign',
  find_cause: 'voice.order.handle',
};

/** In the order in which orders go. */
const VERBS: BulkVerb[] = ['register', 'classify', 'assign', 'find_cause'];

/** What this person may do somewhere; the server looks at each order again. */
export function bulkVerbsOf(session: Session): BulkVerb[] {
  return VERBS.filter((verb) => holds(session, PERMISSIONS[verb]));
}

/** The action that the fields stand for; the form has asked for what must be there. */
export function actionOf(verb: BulkVerb, fields: BulkFields): Action {
  const { channel = '', business = '', reason = '', unit = '', person, cause = '' } = fields;
  switch (verb) {
    case 'register':
      return { verb };
    case 'classify':
      return { verb, channel, business, reason };
    case 'assign':
      return { verb, unit, ...(person ? { person } : {}) };
    case 'find_cause':
      return { verb, cause };
  }
}

/** Which orders: the ones that were picked, or everything that fits the filters. */
export type Picked = { orders: ReadonlySet<string> } | { filters: Filters };

export function selectionOf(picked: Picked): Schemas['BulkSelection'] {
  return 'orders' in picked ? { orders: [...picked.orders] } : { filter: picked.filters };
}

export function preview(body: Schemas['BulkRequest']): Promise<Schemas['BulkPreviewBody']> {
  return ok(api.POST('/api/voice/bulk/preview', { body }));
}

export function start(body: Schemas['BulkRequest']): Promise<Schemas['BulkBody']> {
  return ok(api.POST('/api/voice/bulk', { body }));
}

export function stop(id: string): Promise<Schemas['BulkBody']> {
  return ok(api.POST('/api/voice/bulk/{id}/stop', { params: { path: { id } } }));
}

export function undo(id: string): Promise<Schemas['BulkBody']> {
  return ok(api.POST('/api/voice/bulk/{id}/undo', { params: { path: { id } } }));
}
