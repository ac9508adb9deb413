//! The filters of decisions: the same in the URL and in the question to the server.

import { OUTCOMES, type Outcome } from '../data.ts';

export interface DecisionFilters {
  outcome?: Outcome;
  event_type?: string;
  only_unscreened?: true;
}

/** The types that the program ships; a bank adds its own as data, and those show under the name that they have there. */
export const EVENT_TYPES = [
  'transfer',
  'withdrawal',
  'opening',
  'login',
  'card_payment',
  'credit',
  'deposit_release',
  'refusal',
  'fraud',
] as const;

/** A name in data. */
const NAME = /^[a-z][a-z0-9_.]{0,63}$/;

export function readDecisionFilters(given: Record<string, unknown>): DecisionFilters {
  const outcome = OUTCOMES.find((one) => one === given.outcome);
  const type = given.event_type;
  return {
    ...(outcome ? { outcome } : {}),
    ...(typeof type === 'string' && NAME.test(type) ? { event_type: type } : {}),
    ...(given.only_unscreened === true ? { only_unscreened: true as const } : {}),
  };
}
