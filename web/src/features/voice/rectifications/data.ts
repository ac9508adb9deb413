//! What the pages of rectifications ask for, and what is done to one.

import { infiniteQueryOptions, queryOptions, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { api, ok, type Schemas } from '../../../api/client.ts';

export type Rectification = Schemas['RectificationBody'];
export type RectificationRow = Schemas['PageBody_RectificationRowBody']['items'][number];
export type Stage = Schemas['RectificationStage'];

export const STAGES = ['open', 'submitted', 'checked', 'closed', 'cancelled'] as const satisfies Stage[];

export interface RectificationFilters {
  stage?: Stage;
  is_overdue?: boolean;
}

export function readRectificationFilters(given: Record<string, unknown>): RectificationFilters {
  const stage = STAGES.find((one) => one === given.stage);
  return { ...(stage ? { stage } : {}), ...(given.is_overdue === true ? { is_overdue: true } : {}) };
}

const ALL = ['voice', 'rectifications'] as const;
const PAGE_ROWS = 50;

export function rectificationsQuery(filters: RectificationFilters) {
  return infiniteQueryOptions({
    queryKey: [...ALL, 'list', filters],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filters, limit: PAGE_ROWS, ...(pageParam ? { after: pageParam } : {}) };
      return ok(api.GET('/api/voice/rectifications', { params: { query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.page.next ?? undefined,
  });
}

export function rectificationQuery(id: string) {
  return queryOptions({
    queryKey: [...ALL, 'one', id],
    queryFn: ({ signal }) => ok(api.GET('/api/voice/rectifications/{id}', { params: { path: { id } }, signal })),
  });
}

/** The orders of the same cause, before it was opened or after it was checked. */
export function sideQuery(id: string, side: 'before' | 'after') {
  return infiniteQueryOptions({
    queryKey: [...ALL, 'orders', id, side],
    queryFn: ({ pageParam, signal }) => {
      const query = { side, limit: PAGE_ROWS, ...(pageParam ? { after: pageParam } : {}) };
      return ok(api.GET('/api/voice/rectifications/{id}/orders', { params: { path: { id }, query }, signal }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.page.next ?? undefined,
  });
}

/** In the order in which a rectification goes. Opening evidence is a link of its own. */
export const VERBS = [
  'measure',
  'add_evidence',
  'submit',
  'check',
  'look_back',
  'supervise',
  'circulate',
  'postpone',
  'hand_over',
  'cancel',
] as const;
export type Verb = (typeof VERBS)[number];

/** What the forms hold together; each shows its own. */
export interface Fields {
  words?: string;
  measure?: number;
  due?: string;
  unit?: string;
  owner?: string;
  /** Of a check: done. Of a look-back: effective. */
  is_good?: boolean;
  files?: Blob[];
}

async function send(verb: Verb, id: string, version: number, fields: Fields): Promise<void> {
  const params = { params: { path: { id } } };
  const { words = '', measure = 0, due, unit = '', owner = '', is_good = true, files = [] } = fields;
  const later = due ? { due } : {};
  switch (verb) {
    case 'measure':
      await ok(
        api.POST('/api/voice/rectifications/{id}/measure', {
          ...params,
          body: { version, measure, ...(words ? { words } : {}) },
        }),
      );
      return;
    case 'add_evidence':
      return addEvidence(id, version, files);
    case 'submit':
    case 'supervise':
    case 'circulate':
    case 'cancel':
      await ok(api.POST(`/api/voice/rectifications/{id}/${verb}`, { ...params, body: { version, words } }));
      return;
    case 'check':
      await ok(
        api.POST('/api/voice/rectifications/{id}/check', {
          ...params,
          body: { version, words, is_done: is_good, ...later },
        }),
      );
      return;
    case 'look_back':
      await ok(
        api.POST('/api/voice/rectifications/{id}/look_back', {
          ...params,
          body: { version, words, is_effective: is_good, ...later },
        }),
      );
      return;
    case 'postpone':
      await ok(
        api.POST('/api/voice/rectifications/{id}/postpone', { ...params, body: { version, words, due: due ?? '' } }),
      );
      return;
    case 'hand_over':
      await ok(
        api.POST('/api/voice/rectifications/{id}/hand_over', { ...params, body: { version, words, unit, owner } }),
      );
      return;
  }
}

/** One file after another, each on the version that the one before made. */
async function addEvidence(id: string, first: number, files: Blob[]): Promise<void> {
  let version = first;
  for (const file of files) {
    const body = new FormData();
    body.append('version', String(version));
    body.append('file', file, file instanceof File ? file.name : 'file');
    const state = await ok(
      api.POST('/api/voice/rectifications/{id}/evidence', {
        params: { path: { id } },
        body: body as unknown as Schemas['AddEvidenceForm'],
        bodySerializer: (form) => form as unknown as FormData,
      }),
    );
    version = state.version;
  }
}

/** Does something to a rectification; every list of them is asked for again. */
export function useRectify({ id, version }: Pick<Rectification, 'id' | 'version'>) {
  const queries = useQueryClient();
  return useCallback(
    async (verb: Verb, fields: Fields) => {
      try {
        await send(verb, id, version, fields);
      } finally {
        await queries.invalidateQueries({ queryKey: ALL });
      }
    },
    [queries, id, version],
  );
}

/** Opens one; gives its id. */
export function useOpenRectification() {
  const queries = useQueryClient();
  return useCallback(
    async (body: Schemas['OpenRectificationRequest']) => {
      const { id } = await ok(api.POST('/api/voice/rectifications', { body }));
      await queries.invalidateQueries({ queryKey: ALL });
      return id;
    },
    [queries],
  );
}
