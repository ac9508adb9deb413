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

/** What a customer may bring, in the order in which it is offered. */
export const MATTERS = [
  'complaint',
  'consultation',
  'suggestion',
  'praise',
  'help_request',
  'report',
] as const satisfies Schemas['MatterWord'][];

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
    return readDraft(sessionStorage.getItem(KEY));
  } catch {
    return EMPTY;
  }
}

/** The draft in a text that was kept. What is not as we write it is left out: nothing that lies there may break the page. */
export function readDraft(text: string | null): Draft {
  const kept = parsed(text);
  const draft: Draft = { ...EMPTY };
  for (const [key, empty] of Object.entries(EMPTY) as [keyof typeof EMPTY, unknown][]) {
    const value = kept[key];
    if (typeof empty === 'string' && typeof value === 'string') Object.assign(draft, { [key]: value });
  }
  const matter = MATTERS.find((one) => one === kept.matter);
  const page = Number(kept.page);
  return { ...draft, ...(matter ? { matter } : {}), page: Number.isInteger(page) && page > 0 ? page : 0 };
}

function parsed(text: string | null): Record<string, unknown> {
  try {
    const kept: unknown = JSON.parse(text ?? '{}');
    return typeof kept === 'object' && kept !== null ? (kept as Record<string, unknown>) : {};
  } catch {
    return {};
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
