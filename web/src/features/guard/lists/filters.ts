//! The filters of changes of lists: the same in the URL and in the question to the server.

import type { Schemas } from '../../../api/client.ts';

type ChangeState = Schemas['ListChangeBody']['state'];

export const STATES = ['proposed', 'approved', 'refused'] as const satisfies ChangeState[];

export interface ListFilters {
  list?: string;
  state?: ChangeState;
  /** The change that is looked at. */
  change?: string;
}

const NAME = /^[a-z][a-z0-9_.]{0,63}$/;
export function readListFilters(given: Record<string, unknown>): ListFilters {
  const state = STATES.find((one) => one === given.state);
  const { list, change } = given;
  return {
    ...(typeof list === 'string' && NAME.test(list) ? { list } : {}),
    ...(state ? { state } : {}),
    ...(typeof change === 'string' && /^[a-z]+_\w+$/.test(change) ? { change } : {}),
  };
}
