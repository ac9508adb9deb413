//! The filters of versions of the score model: the same in the URL and in the question to the server.

import type { Schemas } from '../../../api/client.ts';

export type ModelState = Schemas['ScoreModelBody']['state'];

export const STATES = ['proposed', 'live', 'retired'] as const satisfies ModelState[];

export interface ModelFilters {
  state?: ModelState;
}

export function readModelFilters(given: Record<string, unknown>): ModelFilters {
  const state = STATES.find((one) => one === given.state);
  return state ? { state } : {};
}
