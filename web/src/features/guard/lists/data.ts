//! What the page of lists asks for, and what is done with changes.

import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { pages } from '../../../parts/pages.ts';
import type { ListFilters } from './filters.ts';

export type GuardList = Schemas['GuardListBody'];
export type Change = Schemas['ListChangeBody'];
export type ChangeState = Change['state'];

export const KINDS = ['add', 'end'] as const satisfies Change['what'][];

const ALL = ['guard', 'lists'] as const;
const PAGE_ROWS = 50;

export const listsQuery = queryOptions({
  queryKey: [...ALL, 'names'],
  queryFn: () => ok(api.GET('/api/guard/lists')),
});

/** Changes, newest first. */
export function changePages({ list, state }: ListFilters) {
  return pages<Change>([...ALL, 'changes', list ?? null, state ?? null], (after) => {
    const query = {
      limit: PAGE_ROWS,
      ...(list ? { list } : {}),
      ...(state ? { state } : {}),
      ...(after ? { after } : {}),
    };
    return ok(api.GET('/api/guard/list-changes', { params: { query } }));
  });
}

/** The values of a change, masked. */
export function entryPages(id: string) {
  return pages<Schemas['ListEntryBody']>([...ALL, 'entries', id], (after) => {
    const query = { limit: PAGE_ROWS, ...(after ? { after } : {}) };
    return ok(api.GET('/api/guard/list-changes/{id}/entries', { params: { path: { id }, query } }));
  });
}

export interface Proposal {
  list: string;
  what: Change['what'];
  reason: string;
  source: string;
  until?: string;
}

/** Proposes values that were typed. */
export function propose(proposal: Proposal, values: Schemas['ListValue'][]): Promise<Change> {
  return ok(api.POST('/api/guard/list-changes', { body: { ...proposal, values } }));
}

/** Proposes the values of a file; says which rows were not taken. */
export function importFile({ list, ...fields }: Proposal, file: Blob): Promise<Schemas['ImportListBody']> {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append('file', file, file instanceof File ? file.name : 'file');
  return ok(
    api.POST('/api/guard/lists/{name}/import', {
      params: { path: { name: list } },
      body: body as unknown as Schemas['ImportListForm'],
      bodySerializer: (form) => form as unknown as FormData,
    }),
  );
}

/** What stands on a list now, as a file; masked without a reason for more. */
export async function fetchList(
  name: string,
  format: Schemas['GuardExportFormat'],
  reason: string | undefined,
): Promise<Blob> {
  const body = { format, ...(reason ? { in_clear: reason } : {}) };
  const path = { name };
  const file = await ok(api.POST('/api/guard/lists/{name}/export', { params: { path }, body, parseAs: 'blob' }));
  return file as unknown as Blob;
}

/** What was typed, a value a line; the second value of a pair stands behind a comma or a blank. */
export function valuesOf(typed: string, isPair: boolean): Schemas['ListValue'][] {
  const lines = typed.split('\n').map((line) => line.trim());
  return lines.filter(Boolean).map((line) => {
    if (!isPair) return { value: line };
    const [value = '', ...rest] = line.split(/[,，\s]+/);
    const second = rest.join('');
    return { value, ...(second ? { second } : {}) };
  });
}

/** Approves or refuses a change; every list is asked for again. */
export function useVerdict({ id, version }: Pick<Change, 'id' | 'version'>) {
  const queries = useQueryClient();
  return useCallback(
    async (verdict: { reason: string } | 'approve') => {
      const params = { params: { path: { id } } };
      try {
        if (verdict === 'approve') {
          await ok(api.POST('/api/guard/list-changes/{id}/approve', { ...params, body: { version } }));
        } else {
          const body = { version, reason: verdict.reason };
          await ok(api.POST('/api/guard/list-changes/{id}/refuse', { ...params, body }));
        }
      } finally {
        await queries.invalidateQueries({ queryKey: ALL });
      }
    },
    [queries, id, version],
  );
}

/** Everything of lists is asked for again. */
export function useRenewLists(): () => Promise<void> {
  const queries = useQueryClient();
  return useCallback(() => queries.invalidateQueries({ queryKey: ALL }), [queries]);
}
