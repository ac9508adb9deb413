//! What the pages about customers share.

import type { Schemas } from '../../../api/client.ts';

export type Customer = Schemas['CustomerBody'];

export const CUSTOMERS = ['people', 'customers'] as const;

export const TAGS = [
  'new_citizen',
  'disabled',
  'sight_impaired',
  'hearing_impaired',
  'limited_mobility',
  'lives_alone',
  'veteran',
] as const satisfies Schemas['CustomerTag'][];

export interface CustomerFilters {
  unit?: string;
  tag?: Schemas['CustomerTag'];
  erasure_waiting?: boolean;
}

/** Words of an address as filters; what is none is left out. */
export function readCustomerFilters(given: Record<string, unknown>): CustomerFilters {
  const tag = TAGS.find((one) => one === given.tag);
  return {
    ...(typeof given.unit === 'string' && given.unit.startsWith('un_') ? { unit: given.unit } : {}),
    ...(tag ? { tag } : {}),
    ...(given.erasure_waiting === true ? { erasure_waiting: true } : {}),
  };
}
