//! Where a reader stood in a list when they left it, so that coming back is going on: the row, and how far down.
//!
//! Kept in memory while the workbench is open. Must never keep a row itself.

import { type Dispatch, type SetStateAction, useCallback, useRef, useState } from 'react';

interface Place {
  active?: string | undefined;
  top: number;
}

/** Lists remembered at once: each set of filters is one. */
const LISTS_MAX = 50;

const places = new Map<string, Place>();

function placeOf(list: string): Place {
  return places.get(list) ?? { top: 0 };
}

function keep(list: string, change: Partial<Place>): void {
  const next = { ...placeOf(list), ...change };
  places.delete(list);
  places.set(list, next);
  const oldest = places.keys().next().value;
  if (places.size > LISTS_MAX && oldest !== undefined) places.delete(oldest);
}

/** Stands on a row of a list, from outside it: the reader went from one to the next without coming back in between. */
export function standOn(queryKey: readonly unknown[], active: string): void {
  keep(JSON.stringify(queryKey), { active });
}

export interface Standing {
  /** The row on which the reader stands, as `useState` gives it. */
  row: [active: string | undefined, setActive: Dispatch<SetStateAction<string | undefined>>];
  /** How far down the list was when it was left, in pixels. */
  top: number;
  onScroll: (top: number) => void;
}

/** Where the reader stands in a list with this question. */
export function useStanding(queryKey: readonly unknown[]): Standing {
  const list = JSON.stringify(queryKey);
  const [start] = useState(() => placeOf(list));
  const [active, set] = useState(start.active);
  const latest = useRef(list);
  latest.current = list;
  const setActive = useCallback<Dispatch<SetStateAction<string | undefined>>>((next) => {
    set((before) => {
      const now = typeof next === 'function' ? next(before) : next;
      keep(latest.current, { active: now });
      return now;
    });
  }, []);
  const onScroll = useCallback((top: number) => keep(latest.current, { top }), []);
  return { row: [active, setActive], top: start.top, onScroll };
}
