//! What the page of past complaints asks for, how a list is sent, and how its mapping is changed.

import { queryOptions } from '@tanstack/react-query';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { pages } from '../../../parts/pages.ts';

export type Look = Schemas['LookBody'];
export type Mapping = Schemas['PastMapping'];
export type Spec = Schemas['PastMappingField'];
export type Field = Schemas['PastFieldBody'];
export type FieldName = Schemas['PastField'];
export type PastList = Schemas['PastListBody'];
export type PastListDetail = Schemas['PastListDetailBody'];

export const PAST_LISTS = ['voice', 'past-lists'] as const;
/** While rows are being taken, one looks on. */
const AGAIN_MS = 1_000;

export const pastPages = {
  ...pages<PastList>([...PAST_LISTS, 'list'], (after) =>
    ok(api.GET('/api/voice/past_lists', { params: { query: after ? { after } : {} } })),
  ),
  refetchInterval: (query: { state: { data?: { pages: { items: PastList[] }[] } | undefined } }) =>
    query.state.data?.pages.some((page) => page.items.some((one) => one.state === 'running')) ? AGAIN_MS : false,
} as const;

export function pastListQuery(id: string) {
  return queryOptions({
    queryKey: [...PAST_LISTS, 'one', id],
    queryFn: ({ signal }) => ok(api.GET('/api/voice/past_lists/{id}', { params: { path: { id } }, signal })),
    refetchInterval: (query) => (query.state.data?.state === 'running' ? AGAIN_MS : false),
  });
}

/** Every fault that the server kept, as a file; the page lists the first thousand. */
export async function faultFile(id: string): Promise<Blob> {
  const path = '/api/voice/past_lists/{id}/errors';
  return (await ok(api.GET(path, { params: { path: { id } }, parseAs: 'blob' }))) as unknown as Blob;
}

/** The mapping goes before the file, as the server reads them in this order. */
function formOf(file: File, mapping: Mapping | undefined): FormData {
  const body = new FormData();
  if (mapping) body.append('mapping', JSON.stringify(mapping));
  body.append('file', file, file.name);
  return body;
}

export function lookAt(file: File, mapping?: Mapping): Promise<Look> {
  return ok(
    api.POST('/api/voice/past_lists/look', {
      body: formOf(file, mapping) as unknown as Schemas['LookForm'],
      bodySerializer: (form) => form as unknown as FormData,
    }),
  );
}

export function sendPastList(file: File, mapping: Mapping): Promise<PastList> {
  return ok(
    api.POST('/api/voice/past_lists', {
      body: formOf(file, mapping) as unknown as Schemas['PastListForm'],
      bodySerializer: (form) => form as unknown as FormData,
    }),
  );
}

/** What a field says now; nothing when it comes from no column. */
export function specOf(mapping: Mapping, field: FieldName): Spec | undefined {
  return (mapping.fields as Partial<Record<FieldName, Spec>>)[field];
}

/** The mapping with another origin of a field. `received` cannot be left out; without a column it is empty. */
export function withSpec(mapping: Mapping, field: FieldName, spec: Spec | undefined): Mapping {
  const fields = { ...(mapping.fields as Partial<Record<FieldName, Spec>>) };
  if (spec) fields[field] = spec;
  else if (field === 'received') fields[field] = { constant: '' };
  else delete fields[field];
  return { ...mapping, fields: fields as Mapping['fields'] };
}

/** The mapping with a column as a field's origin; what was said of another column's words says nothing of this one. */
export function withColumn(mapping: Mapping, field: Field, column: string | undefined): Mapping {
  if (column === undefined) return withSpec(mapping, field.field, undefined);
  const spec: Spec = field.choices.length > 0 ? { column, map: {} } : { column };
  const labels = Object.fromEntries(Object.entries(mapping.labels ?? {}).filter(([name]) => name !== column));
  return withSpec({ ...mapping, labels }, field.field, spec);
}

/** Which columns are kept as the list's own words. */
export function withLabels(mapping: Mapping, columns: string[]): Mapping {
  return { ...mapping, labels: Object.fromEntries(columns.map((column) => [column, { column }])) };
}

/** The mapping with what a word of the file means; nothing when that is open again. */
export function withWord(mapping: Mapping, field: FieldName, word: string, ours: string | undefined): Mapping {
  const spec = specOf(mapping, field);
  if (!spec) return mapping;
  const { [word]: _, ...rest } = spec.map ?? {};
  return withSpec(mapping, field, { ...spec, map: ours === undefined ? rest : { ...rest, [word]: ours } });
}

/** Words in a field's column that mean nothing yet; their rows would be refused. */
export function openWords(mapping: Mapping, field: Field): string[] {
  const spec = specOf(mapping, field.field);
  if (!spec || spec.default) return [];
  const known = new Set(Object.keys(spec.map ?? {}).map((word) => word.trim().toLowerCase()));
  return field.words.map(({ word }) => word).filter((word) => !known.has(word.toLowerCase()));
}
