//! What the pages about members of staff ask the server for.

import { api, ok, type Schemas } from '../../../api/client.ts';
import { pages } from '../../../parts/pages.ts';

export type Staff = Schemas['StaffBody'];

export interface StaffFilters {
  unit?: string;
  role?: string;
  status?: Schemas['StaffStatus'];
  number?: string;
}

/** Words of an address as filters; what is none is left out. */
export function readStaffFilters(given: Record<string, unknown>): StaffFilters {
  const text = (key: string) =>
    typeof given[key] === 'string' && given[key] !== '' ? (given[key] as string) : undefined;
  const status = text('status');
  return {
    ...(text('unit')?.startsWith('un_') ? { unit: text('unit') as string } : {}),
    ...(text('role') ? { role: text('role') as string } : {}),
    ...(status === 'active' || status === 'disabled' ? { status } : {}),
    ...(text('number') ? { number: text('number') as string } : {}),
  };
}

export const STAFF = ['people', 'staff'] as const;

export function staffPages(filters: StaffFilters) {
  return pages<Staff>([...STAFF, filters], (after) =>
    ok(api.GET('/api/people/staff', { params: { query: { ...filters, ...(after ? { after } : {}) } } })),
  );
}
