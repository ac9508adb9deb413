//! Who is signed in, shared by all tabs of one browser. Decides nothing: the server checks every request by itself.

import { useSyncExternalStore } from 'react';
import { asProblem } from '../lib/problem.ts';
import { api, installGate, ok, type Schemas } from './client.ts';

export type Session = Schemas['SessionBody'];

/**
 * `locked` is a session that ended under an open page: what was typed stays, what was shown is covered, and the same
 * person may go on after signing in again.
 */
export type SessionState =
  | { stage: 'loading' }
  | { stage: 'out' }
  | { stage: 'in'; session: Session }
  | { stage: 'locked'; session: Session }
  | { stage: 'unreachable' };

let state: SessionState = { stage: 'loading' };
const listeners = new Set<() => void>();
let waiting: { resolve: () => void; reject: (error: unknown) => void }[] = [];

function set(next: SessionState): void {
  state = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The state, and again whenever it changes. */
export function useSessionState(): SessionState {
  return useSyncExternalStore(subscribe, () => state);
}

/** The session of a page that is only shown when somebody is signed in. */
export function useSession(): Session {
  const now = useSessionState();
  if (now.stage !== 'in' && now.stage !== 'locked') throw new Error('no session on a page that needs one');
  return now.session;
}

/** Whether the caller holds a permission anywhere: enough to show a way there, never enough to do it. */
export function holds(session: Session, permission: string): boolean {
  return session.permissions.some((held) => held.permission === permission);
}

/** Whether the caller holds a permission for the whole bank: below its top there is no wider place. */
export function holdsEverywhere(session: Session, permission: string): boolean {
  const isTop = (path: string) => path.split('/').filter(Boolean).length === 1;
  return session.permissions.some((held) => held.permission === permission && held.scopes.some(isTop));
}

type Message = { kind: 'out' } | { kind: 'in' };
const tabs = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('xiaobao.session');

function tell(message: Message): void {
  tabs?.postMessage(message);
}

async function fetchSession(): Promise<Session> {
  return ok(api.GET('/api/people/session'));
}

/** Asks the server who is signed in; called once at the start and whenever the page cannot know. */
export async function loadSession(): Promise<void> {
  try {
    entered(await fetchSession());
  } catch (error) {
    if (asProblem(error).kind === 'unauthenticated') left();
    else if (state.stage === 'loading') set({ stage: 'unreachable' });
  }
}

/** Somebody signed in. Another person than before begins with a fresh page. */
export function entered(session: Session): void {
  const before = state.stage === 'locked' || state.stage === 'in' ? state.session : undefined;
  if (before && before.actor !== session.actor) {
    location.assign('/');
    return;
  }
  set({ stage: 'in', session });
  const released = waiting;
  waiting = [];
  for (const { resolve } of released) resolve();
}

function left(): void {
  if (state.stage === 'in') set({ stage: 'locked', session: state.session });
  else if (state.stage !== 'locked') set({ stage: 'out' });
}

export async function signIn(request: Schemas['SignInRequest']): Promise<void> {
  entered(await ok(api.POST('/api/people/sign-in', { body: request })));
  tell({ kind: 'in' });
}

/** Signs out here and covers every other tab; a signed-out page starts afresh and keeps nothing in memory. */
export async function signOut(): Promise<void> {
  await ok(api.POST('/api/people/sign-out')).catch((error: unknown) => {
    // A session that is already gone is what was wanted.
    if (asProblem(error).kind !== 'unauthenticated') throw error;
  });
  tell({ kind: 'out' });
  location.assign('/');
}

function renew(cause: 'unauthenticated' | 'cross-site'): Promise<void> {
  const renewed = new Promise<void>((resolve, reject) => waiting.push({ resolve, reject }));
  // Another tab may have signed in again and so changed the token: look before asking a person.
  if (cause === 'cross-site') void loadSession();
  else left();
  return renewed;
}

/** Connects the client and the tabs; returns how to disconnect them. */
export function watchSession(): () => void {
  installGate({
    token: () => (state.stage === 'in' ? (state.session.csrf_token ?? undefined) : undefined),
    renew,
  });
  const heard = (event: MessageEvent<Message>) => {
    if (event.data.kind === 'out') left();
    else void loadSession();
  };
  tabs?.addEventListener('message', heard);
  return () => {
    tabs?.removeEventListener('message', heard);
    installGate(undefined);
  };
}
