//! What a customer has written so far. Survives a reload and a wrong tap, and goes with the tab: telephones are lent.

import { useSyncExternalStore } from 'react';
import type { Schemas } from '../../api/client.ts';
import { clearPhotos } from './photos.ts';

export interface Draft {
  matter?: Schemas['MatterWord'];
  title: string;
  narrative: string;
  request: string;
  amount: string;
  occurred_on: string;
  account: string;
  name: string;
  phone: string;
  identity: string;
  /** The page that was open. */
  page: number;
}

const EMPTY: Draft = {
  title: '',
  narrative: '',
  request: '',
  amount: '',
  occurred_on: '',
  account: '',
  name: '',
  phone: '',
  identity: '',
  page: 0,
};

const KEY = 'xiaobao.portal.draft';

let draft: Draft | undefined;
const listeners = new Set<() => void>();

function load(): Draft {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '{}');
    return { ...EMPTY, ...(kept as Partial<Draft>) };
  } catch {
    return EMPTY;
  }
}

function present(): Draft {
  draft ??= load();
  return draft;
}

function publish(next: Draft): void {
  draft = next;
  for (const listener of listeners) listener();
}

export function write(change: Partial<Draft>): void {
  const next = { ...present(), ...change };
  try {
    sessionStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // The page itself still holds it.
  }
  publish(next);
}

/** Forgets what was written, and the photos with it. */
export async function dropDraft(): Promise<void> {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
  publish(EMPTY);
  await clearPhotos();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useDraft(): Draft {
  return useSyncExternalStore(subscribe, present);
}

/** Whether anything was written. */
export function useHasDraft(): boolean {
  const { page: _, ...written } = useDraft();
  return Object.values(written).some((value) => value !== undefined && value !== '');
}
