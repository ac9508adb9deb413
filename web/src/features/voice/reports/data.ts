//! What the pages of reports ask for. Every report can be made again for a past date; a correction is a further edition.

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ok, type Schemas } from '../../../api/client.ts';
import type { Language } from '../../../lib/language.ts';

export type Report = Schemas['ReportBody'];
export type ReportRow = Schemas['PageBody_ReportRowBody']['items'][number];

export const KINDS = ['yearly_disclosure', 'quarterly_table'] as const satisfies Schemas['ReportKind'][];

export const REPORTS = ['voice', 'reports'] as const;
const PAGE_ROWS = 50;

export const reportsQuery = infiniteQueryOptions({
  queryKey: [...REPORTS, 'list'],
  queryFn: ({ pageParam, signal }) => {
    const query = { limit: PAGE_ROWS, ...(pageParam ? { after: pageParam } : {}) };
    return ok(api.GET('/api/voice/reports', { params: { query }, signal }));
  },
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last) => last.page.next ?? undefined,
});

const ofEdition = (edition: number | undefined) => (edition === undefined ? {} : { edition });

export function reportQuery(id: string, edition: number | undefined) {
  return queryOptions({
    queryKey: [...REPORTS, 'one', id, edition ?? null],
    queryFn: ({ signal }) =>
      ok(api.GET('/api/voice/reports/{id}', { params: { path: { id }, query: ofEdition(edition) }, signal })),
  });
}

/** Counts again what an edition counted, as of the same time. */
export function checkReport(id: string, edition: number | undefined): Promise<Schemas['ReportCheckBody']> {
  return ok(api.GET('/api/voice/reports/{id}/check', { params: { path: { id }, query: ofEdition(edition) } }));
}

export function printedReport(id: string, edition: number | undefined, language: Language): Promise<string> {
  const query = { ...ofEdition(edition), language };
  return ok(api.GET('/api/voice/reports/{id}/print', { params: { path: { id }, query }, parseAs: 'text' }));
}

/** The report as a workbook. */
export function reportFile(id: string, edition: number | undefined, language: Language): Promise<Blob> {
  const query = { ...ofEdition(edition), language };
  return ok(
    api.GET('/api/voice/reports/{id}/download', { params: { path: { id }, query }, parseAs: 'blob' }),
  ) as Promise<unknown> as Promise<Blob>;
}
