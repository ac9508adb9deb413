//! The filters of versions of scenarios: the same in the URL and in the question to the server.

import type { Schemas } from '../../../api/client.ts';

type ScenarioState = Schemas['ScenarioBody']['state'];

export const STATES = ['draft', 'live', 'retired'] as const satisfies ScenarioState[];

export interface ScenarioFilters {
  name?: string;
  state?: ScenarioState;
}

const NAME = /^[a-z][a-z0-9_]{0,63}$/;
export function readScenarioFilters(given: Record<string, unknown>): ScenarioFilters {
  const state = STATES.find((one) => one === given.state);
  const { name } = given;
  return { ...(typeof name === 'string' && NAME.test(name) ? { name } : {}), ...(state ? { state } : {}) };
}
