//! One-time codes: asked for, and asked for again with a solved puzzle where the server wants one.

import { api, ok, type Schemas } from '../api/client.ts';
import { asProblem } from '../lib/problem.ts';
import { solve } from './puzzle.ts';

export type CodeFor = { phone: string } | { receipt: string };

/** Sends a code. Where many requests come from one network, the device solves a puzzle first; nobody reads letters. */
export async function askCode(whom: CodeFor): Promise<Schemas['CodeBody']> {
  try {
    return await ok(api.POST('/api/voice/portal/codes', { body: whom }));
  } catch (error) {
    if (asProblem(error).reason !== 'proof-needed') throw error;
  }
  const { puzzle, zero_bits } = await ok(api.GET('/api/voice/portal/puzzle'));
  const proof = { puzzle, answer: await solve(puzzle, zero_bits) };
  return ok(api.POST('/api/voice/portal/codes', { body: { ...whom, proof } }));
}
