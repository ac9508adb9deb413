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

/** Sends, and sends again under the same key when the person had to sign in first. */
export async function send(request: Request): Promise<Response> {
  const key = SAFE.has(request.method) ? undefined : newKey();
  const again = request.clone();
  const response = await once(request, key);
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
