//! One-time codes: asked for, and asked for again with a solved puzzle where the server wants one.

import { api, ok, type Schemas } from '../api/client.ts';
import { withProof } from './proof.ts';

export type CodeFor = { phone: string } | { receipt: string };

/** Sends a code. */
export function askCode(whom: CodeFor): Promise<Schemas['CodeBody']> {
  return withProof((proof) =>
    ok(api.POST('/api/voice/portal/codes', { body: { ...whom, ...(proof ? { proof } : {}) } })),
  );
}
