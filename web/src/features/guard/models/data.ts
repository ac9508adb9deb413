//! What the pages of score models ask for, and what is done with versions.

import { queryOptions } from '@tanstack/react-query';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { pages } from '../../../parts/pages.ts';
import { useRenewed } from '../renewed.ts';
import type { ModelFilters } from './filters.ts';

export type ScoreModel = Schemas['ScoreModelBody'];

const ALL = ['guard', 'models'] as const;
const PAGE_ROWS = 50;

/** Versions, newest first. */
export function modelPages({ state }: ModelFilters) {
  return pages<ScoreModel>([...ALL, 'list', state ?? null], (after) => {
    const query = { limit: PAGE_ROWS, ...(state ? { state } : {}), ...(after ? { after } : {}) };
    return ok(api.GET('/api/guard/models', { params: { query } }));
  });
}

export function modelQuery(id: string) {
  return queryOptions({
    queryKey: [...ALL, 'one', id],
    queryFn: ({ signal }) => ok(api.GET('/api/guard/models/{id}', { params: { path: { id } }, signal })),
  });
}

/** What the engine says of the live model: whether it is used, and why not. */
export const engineQuery = queryOptions({
  queryKey: [...ALL, 'engine'],
  queryFn: ({ signal }) => ok(api.GET('/api/guard/engine', { signal })),
});

/** Uploads a file with what it was learnt from; the reason goes before the file. */
function upload(reason: string, file: Blob): Promise<ScoreModel> {
  const body = new FormData();
  body.append('reason', reason);
  body.append('file', file, file instanceof File ? file.name : 'model');
  return ok(
    api.POST('/api/guard/models', {
      body: body as unknown as Schemas['UploadScoreModelForm'],
      bodySerializer: (form) => form as unknown as FormData,
    }),
  );
}

/** What is done with versions; every list of them is asked for again. */
export function useModelActs() {
  const renewed = useRenewed(ALL);
  const of = (id: string) => ({ params: { path: { id } } });
  return {
    upload: (reason: string, file: Blob) => renewed(upload(reason, file)),
    approve: ({ id, version }: ScoreModel) =>
      renewed(ok(api.POST('/api/guard/models/{id}/approve', { ...of(id), body: { version } }))),
    retire: ({ id, version }: ScoreModel, reason: string) =>
      renewed(ok(api.POST('/api/guard/models/{id}/retire', { ...of(id), body: { version, reason } }))),
    propose: ({ id, version }: ScoreModel, reason: string) =>
      renewed(ok(api.POST('/api/guard/models/{id}/propose', { ...of(id), body: { version, reason } }))),
  };
}

/** A number of bytes as people write it. */
export function bytesText(bytes: number, language: string): string {
  const [value, unit] = bytes >= 1_048_576 ? [bytes / 1_048_576, 'MiB'] : [bytes / 1024, 'KiB'];
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value)} ${unit}`;
}
