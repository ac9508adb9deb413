//! What the pages of teaching cases ask for.

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, ok, type Schemas } from '../../../api/client.ts';

export type TeachingCase = Schemas['CaseBody'];
export type CaseRow = Schemas['PageBody_CaseRowBody']['items'][number];
export type CaseStage = Schemas['CaseStage'];

export const CASE_STAGES = ['published', 'draft', 'withdrawn'] as const satisfies CaseStage[];

export interface CaseFilters {
  text?: string;
  tag?: string;
  business?: string;
  reason?: string;
  stage?: CaseStage;
}

const CHARS_MAX = 120;

export function readCaseFilters(given: Record<string, unknown>): CaseFilters {
  const filters: Record<string, string> = {};
  for (const key of ['text', 'tag', 'business', 'reason']) {
    const value = given[key];
    if (typeof value === 'string' && value !== '' && value.length <= CHARS_MAX) filters[key] = value;
  }
  const stage = CASE_STAGES.find((one) => one === given.stage);
  return { ...filters, ...(stage ? { stage } : {}) };
}

export const CASES = ['voice', 'cases'] as const;
const PAGE_ROWS = 50;

export function casesQuery(filters: CaseFilters) {
  return infiniteQueryOptions({
    queryKey: [...CASES, 'list', filters],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filters, limit: PAGE_ROWS, ...(pageParam ? { after: pageParam } : {}) };
      return ok(api.GET('/api/voice/cases', { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.page.next ?? undefined,
  });
}

/** One case: an edition of it, or the text that waits for its confirmation. */
export function caseQuery(id: string, edition: number | undefined, isDraft: boolean) {
  const query = { ...(edition === undefined ? {} : { edition }), ...(isDraft ? { draft: true } : {}) };
  return queryOptions({
    queryKey: [...CASES, 'one', id, query],
    queryFn: ({ signal }) => ok(api.GET('/api/voice/cases/{id}', { params: { path: { id }, query }, signal })),
  });
}
