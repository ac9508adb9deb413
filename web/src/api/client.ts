//! The one way to the server: the generated client with what every request needs.
//!
//! Adds language, the session's token and an idempotency key; waits for a person to sign in again and then repeats the
//! request, so that nothing typed is lost; turns every failure into a `Problem`. Must never log a body.

import createClient from 'openapi-fetch';
import { preferredLanguage, tagOf } from '../lib/language.ts';
import { Problem, problemOf } from '../lib/problem.ts';
import type { components, paths } from './schema.d.ts';

export type Schemas = components['schemas'];

/** What the workbench tells the client about the session; the portal has none. */
export interface Gate {
  /** The token to repeat on unsafe requests. */
  token: () => string | undefined;
  /** The session is gone: resolves when the same person has signed in again, rejects when not. */
  renew: (cause: 'unauthenticated' | 'cross-site') => Promise<void>;
}

let gate: Gate | undefined;

/** Installed once by the workbench. */
export function installGate(next: Gate | undefined): void {
  gate = next;
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** These say who the caller is; asking for a new session because of them would go round in a circle. */
const UNGATED = ['/api/people/sign-in', '/api/people/sign-out', '/api/people/session'];

function dressed(request: Request, key: string | undefined): Request {
  const headers = new Headers(request.headers);
  headers.set('accept-language', tagOf(preferredLanguage()));
  const token = gate?.token();
  if (token && !SAFE.has(request.method)) headers.set('x-csrf-token', token);
  if (key) headers.set('idempotency-key', key);
  return new Request(request, { headers });
}

async function once(request: Request, key: string | undefined): Promise<Response> {
  try {
    return await fetch(dressed(request, key));
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem('offline', '');
  }
}

/** Random enough to be nobody else's; `crypto.randomUUID` is missing on plain HTTP, where a small bank may test. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Keys of requests whose answer never came, by what was asked: the server may have done it all the same. */
const unanswered = new Map<string, string>();
/** Requests remembered so; somebody without a network tries a few, not hundreds. */
const UNANSWERED_MAX = 50;

/** What a request asks, so that the same one is known again; nothing for files, which name their parts anew each time. */
async function printOf(request: Request): Promise<string | undefined> {
  if (!request.headers.get('content-type')?.startsWith('application/json')) return undefined;
  return `${request.method} ${request.url} ${await request.clone().text()}`;
}

/** Sends once; the same request that was not answered before goes out under its old key, so that nothing is done twice. */
async function kept(request: Request): Promise<{ key: string; response: Response }> {
  const print = await printOf(request);
  const key = (print && unanswered.get(print)) || newKey();
  try {
    const response = await once(request, key);
    if (print) unanswered.delete(print);
    return { key, response };
  } catch (error) {
    if (print && error instanceof Problem) unanswered.set(print, key);
    const oldest = unanswered.keys().next().value;
    if (unanswered.size > UNANSWERED_MAX && oldest !== undefined) unanswered.delete(oldest);
    throw error;
  }
}

/** Sends, and sends again under the same key when the person had to sign in first. */
export async function send(request: Request): Promise<Response> {
  const again = request.clone();
  const { key, response } = SAFE.has(request.method)
    ? { key: undefined, response: await once(request, undefined) }
    : await kept(request);
  const path = new URL(request.url).pathname;
  if (!gate || UNGATED.includes(path)) return response;
  const cause = await causeToRenew(response);
  if (!cause) return response;
  await gate.renew(cause);
  return once(again, key);
}

async function causeToRenew(response: Response): Promise<'unauthenticated' | 'cross-site' | undefined> {
  if (response.status === 401) return 'unauthenticated';
  if (response.status !== 403) return undefined;
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  return problemOf(body, 403, undefined).kind === 'cross-site' ? 'cross-site' : undefined;
}

/** The generated client. */
export const api = createClient<paths>({ fetch: send });

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The problem of an answer that is none of the wanted ones. */
export function problemFrom(error: unknown, response: Response): Problem {
  return problemOf(error, response.status, response.headers.get('x-request-id') ?? undefined);
}

/** The data of an answer, or its problem thrown. */
export async function ok<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asked;
  if (response.ok) return data as T;
  throw problemFrom(error, response);
}
