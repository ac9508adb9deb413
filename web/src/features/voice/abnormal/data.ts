//! What the pages about abnormal complaints ask the server for. Names, numbers and reasons never stand in an address.

import { queryOptions } from '@tanstack/react-query';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { pages } from '../../../parts/pages.ts';

export type Conspicuous = Schemas['ConspicuousBody'];
export type Listing = Schemas['ListingBody'];
export type ListingDetail = Schemas['ListingDetailBody'];

export const ABNORMAL = ['voice', 'abnormal'] as const;

export interface AbnormalFilters {
  /** Orders on which somebody decided, and listings that ended, too. */
  all?: boolean;
  tab?: 'list';
}

export function readAbnormalFilters(given: Record<string, unknown>): AbnormalFilters {
  return { ...(given.all === true ? { all: true } : {}), ...(given.tab === 'list' ? { tab: 'list' as const } : {}) };
}

export function conspicuousPages(all: boolean) {
  return pages<Conspicuous>([...ABNORMAL, 'conspicuous', all], (after) =>
    ok(api.GET('/api/voice/abnormal', { params: { query: { all, ...(after ? { after } : {}) } } })),
  );
}

export function listingPages(all: boolean) {
  return pages<Listing>([...ABNORMAL, 'listings', all], (after) =>
    ok(api.GET('/api/voice/listings', { params: { query: { all, ...(after ? { after } : {}) } } })),
  );
}

export function evidenceQuery(id: string) {
  return queryOptions({
    queryKey: [...ABNORMAL, 'evidence', id],
    queryFn: () => ok(api.GET('/api/voice/orders/{id}/abnormality', { params: { path: { id } } })),
  });
}

export function listingQuery(id: string) {
  return queryOptions({
    queryKey: [...ABNORMAL, 'listing', id],
    queryFn: () => ok(api.GET('/api/voice/listings/{id}', { params: { path: { id } } })),
  });
}
