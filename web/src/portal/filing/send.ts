//! The request that a draft becomes, and the photos that follow it.

import { api, problemFrom, type Schemas } from '../../api/client.ts';
import { minorOf } from '../../lib/money.ts';
import { asProblem, type Problem } from '../../lib/problem.ts';
import { plain } from '../typed.ts';
import type { Draft } from './draft.ts';
import { titleOf } from './pages.ts';
import type { Photo } from './photos.ts';

export interface Filed {
  receipt: string;
  due: string | undefined;
  at: string;
  title: string;
  matter: Schemas['MatterWord'];
  /** Photos that did not arrive, with why; the matter is filed all the same. */
  lost: { name: string; problem: Problem }[];
}

export function requestOf(draft: Draft, code: string): Schemas['PortalFileRequest'] {
  const minor = draft.amount.trim() ? minorOf(draft.amount) : undefined;
  const optional = {
    request: draft.request.trim(),
    account: plain(draft.account),
    identity: plain(draft.identity),
    occurred_on: draft.occurred_on,
  };
  return {
    matter: draft.matter ?? 'complaint',
    title: titleOf(draft),
    narrative: draft.narrative.trim(),
    name: draft.name.trim(),
    phone: plain(draft.phone),
    code: plain(code),
    ...(minor === undefined ? {} : { amount: { minor, currency: 'CNY' } }),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== '')),
  };
}

/** Files the matter, then sends its photos one after the other. */
export async function fileMatter(request: Schemas['PortalFileRequest'], photos: Photo[]): Promise<Filed> {
  const { data, error, response } = await api.POST('/api/voice/portal/orders', { body: request });
  if (!data) throw problemFrom(error, response);
  const token = response.headers.get('x-portal-token') ?? '';
  const lost: Filed['lost'] = [];
  for (const photo of photos) {
    try {
      await sendPhoto(token, photo.blob, photo.name);
    } catch (failure) {
      lost.push({ name: photo.name, problem: asProblem(failure) });
    }
  }
  return {
    receipt: data.receipt,
    due: data.next_due ?? undefined,
    at: new Date().toISOString(),
    title: request.title,
    matter: request.matter,
    lost,
  };
}

/** Sends one file for the matter that a token is for. The token goes before the file, as the server reads them. */
export async function sendPhoto(token: string, file: Blob, name: string): Promise<Schemas['ProgressBody']> {
  const form = new FormData();
  form.append('token', token);
  form.append('file', file, name);
  const { data, error, response } = await api.POST('/api/voice/portal/attachments', {
    body: form as unknown as Schemas['OwnFileForm'],
    bodySerializer: (body) => body as unknown as FormData,
  });
  if (!data) throw problemFrom(error, response);
  return data;
}
