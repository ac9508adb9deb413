//! Where in the portal one is: a handful of pages, so a handful of lines instead of a library.

import { useSyncExternalStore } from 'react';

const BASE = '/portal';
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('popstate', listener);
  };
}

/** The part of the address behind `/portal`: `/file`, or `/` for the first page. */
export function here(): string {
  const path = location.pathname.slice(BASE.length).replace(/\/+$/, '');
  return path === '' ? '/' : path;
}

export function useHere(): string {
  return useSyncExternalStore(subscribe, here);
}

/** Goes to another page of the portal. */
export function go(path: string): void {
  history.pushState(null, '', addressOf(path));
  for (const listener of listeners) listener();
  scrollTo({ top: 0 });
}

/** The address of a page, for a link that can be opened in a new tab too. */
export function addressOf(path: string): string {
  return path === '/' ? BASE : `${BASE}${path}`;
}
