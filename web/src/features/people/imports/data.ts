//! What the page of imports asks for, and how a list is sent.

import { queryOptions } from '@tanstack/react-query';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { pages } from '../../../parts/pages.ts';

export type Import = Schemas['ImportBody'];
export type ImportDetail = Schemas['ImportDetailBody'];
export type ImportKind = Schemas['ImportKindBody'];
export type Kind = Schemas['UploadKind'];

export const IMPORTS = ['people', 'imports'] as const;
/** While rows are being taken, one looks on. */
const AGAIN_MS = 1_000;

export const kindsQuery = queryOptions({
  queryKey: ['people', 'import-kinds'],
  queryFn: ({ signal }) => ok(api.GET('/api/people/import-kinds', { signal })),
});

export const importPages = {
  ...pages<Import>([...IMPORTS, 'list'], (after) =>
    ok(api.GET('/api/people/imports', { params: { query: after ? { after } : {} } })),
  ),
  refetchInterval: (query: { state: { data?: { pages: { items: Import[] }[] } | undefined } }) =>
    query.state.data?.pages.some((page) => page.items.some((one) => one.state === 'running')) ? AGAIN_MS : false,
} as const;

export function importQuery(id: string) {
  return queryOptions({
    queryKey: [...IMPORTS, 'one', id],
    queryFn: ({ signal }) => ok(api.GET('/api/people/imports/{id}', { params: { path: { id } }, signal })),
    refetchInterval: (query) => (query.state.data?.state === 'running' ? AGAIN_MS : false),
  });
}

/** Sends a list; the kind goes before the file, as the server reads them in this order. */
export function sendList(kind: Kind, file: Blob & { name?: string }): Promise<Import> {
  const body = new FormData();
  body.append('kind', kind);
  body.append('file', file, file.name ?? 'list');
  return ok(
    api.POST('/api/people/imports', {
      body: body as unknown as Schemas['ImportForm'],
      bodySerializer: (form) => form as unknown as FormData,
    }),
  );
}
