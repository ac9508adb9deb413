//! Asking for personal data of an order in clear, with the reasons that one may have.

import { api, ok, type Schemas } from '../../../api/client.ts';

export const REVEAL_GROUNDS = [
  'contact',
  'verification',
  'authority',
  'audit',
] as const satisfies Schemas['RevealGround'][];

/** Asks; an event says who did, for what and why. */
export async function revealOf(
  id: string,
  body: Schemas['RevealOrderRequest'],
): Promise<Schemas['RevealedFieldBody'][]> {
  return (await ok(api.POST('/api/voice/orders/{id}/reveal', { params: { path: { id } }, body }))).fields;
}
