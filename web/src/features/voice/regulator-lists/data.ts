//! What the page of lists that were passed on asks for, and how a list is sent.

import { infiniteQueryOptions } from '@tanstack/react-query';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { pages } from '../../../parts/pages.ts';
import { SOURCES } from '../queue/filters.ts';

export type Report = Schemas['ListReportBody'];
export type RegulatorList = Schemas['RegulatorListBody'];
export type ListRow = Schemas['ListRowBody'];
export type Outcome = Schemas['RowOutcome'];

export const OUTCOMES = [
  'new',
  'corrected',
  'same',
  'duplicate',
  'conflicting',
  'refused',
] as const satisfies Outcome[];
/** Who passes lists on: everybody but the customer. */
export type Sender = Exclude<(typeof SOURCES)[number], 'direct'>;
export const SENDERS = SOURCES.filter((one): one is Sender => one !== 'direct');

export const REGULATOR_LISTS = ['voice', 'regulator-lists'] as const;
const PAGE_ROWS = 100;

export const listPages = pages<RegulatorList>([...REGULATOR_LISTS, 'list'], (after) =>
  ok(api.GET('/api/voice/regulator_lists', { params: { query: after ? { after } : {} } })),
);

export function rowsQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: [...REGULATOR_LISTS, 'rows', id],
    queryFn: ({ pageParam }) => {
      const query = { limit: PAGE_ROWS, ...(pageParam ? { after: pageParam } : {}) };
      return ok(api.GET('/api/voice/regulator_lists/{id}/rows', { params: { path: { id }, query } }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.page.next ?? undefined,
  });
}

export interface Wish {
  source: Sender;
  unit: string | undefined;
  file: File;
}

/** Sends a list, or only asks what would become of it; the fields go before the file, as the server reads them. */
export function sendRegulatorList({ source, unit, file }: Wish, isPreview: boolean): Promise<Report> {
  const body = new FormData();
  body.append('source', source);
  if (unit) body.append('unit', unit);
  body.append('preview', String(isPreview));
  body.append('file', file, file.name);
  return ok(
    api.POST('/api/voice/regulator_lists', {
      body: body as unknown as Schemas['TakeListForm'],
      bodySerializer: (form) => form as unknown as FormData,
    }),
  );
}
