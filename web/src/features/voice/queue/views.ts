//! Saved views: sets of filters under a name, kept on this device for each member of staff.

import { useSyncExternalStore } from 'react';
import { remember, remembered } from '../../../lib/language.ts';
import { type Filters, readFilters } from './filters.ts';

export interface View {
  name: string;
  filters: Filters;
}

/** More views than this are a second queue to search in. */
export const VIEWS_MAX = 20;
export const NAME_CHARS_MAX = 30;

const keyFor = (owner: string) => `xiaobao.views.${owner}`;
const listeners = new Set<() => void>();
const loaded = new Map<string, View[]>();

function load(owner: string): View[] {
  const known = loaded.get(owner);
  if (known) return known;
  const views = parse(remembered(keyFor(owner)));
  loaded.set(owner, views);
  return views;
}

function parse(text: string | null): View[] {
  try {
    const list: unknown = JSON.parse(text ?? '[]');
    if (!Array.isArray(list)) return [];
    return list.slice(0, VIEWS_MAX).flatMap((one: { name?: unknown; filters?: unknown }) => {
      const isView = typeof one?.name === 'string' && typeof one.filters === 'object' && one.filters !== null;
      return isView ? [{ name: String(one.name), filters: readFilters(one.filters as Record<string, unknown>) }] : [];
    });
  } catch {
    return [];
  }
}

function keep(owner: string, views: View[]): void {
  loaded.set(owner, views);
  remember(keyFor(owner), JSON.stringify(views));
  for (const listener of listeners) listener();
}

/** Saves the filters under a name; a view of that name is replaced. */
export function saveView(owner: string, name: string, filters: Filters): void {
  const others = load(owner).filter((view) => view.name !== name);
  keep(owner, [...others, { name, filters }].slice(-VIEWS_MAX));
}

export function removeView(owner: string, name: string): void {
  keep(
    owner,
    load(owner).filter((view) => view.name !== name),
  );
}

export function useViews(owner: string): View[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => load(owner),
  );
}
