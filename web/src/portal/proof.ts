//! Requests that may cost a solved puzzle where many come from one network; the device solves it, and nobody reads letters.

import { api, ok, type Schemas } from '../api/client.ts';
import { asProblem } from '../lib/problem.ts';
import { solve } from './puzzle.ts';

/** Sends a request, and once more with the answer to a puzzle where the server wants one. */
export async function withProof<T>(send: (proof?: Schemas['ProofRequest']) => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (asProblem(error).reason !== 'proof-needed') throw error;
  }
  const { puzzle, zero_bits } = await ok(api.GET('/api/voice/portal/puzzle'));
  return send({ puzzle, answer: await solve(puzzle, zero_bits) });
}
