//! Which orders of the queue are picked. Another question shows other rows, so the picking starts anew.

import { useCallback, useEffect, useRef, useState } from 'react';
import type { Filters } from '../filters.ts';
import type { Picked } from './actions.ts';

const NONE: ReadonlySet<string> = new Set();

export interface Selection {
  orders: ReadonlySet<string>;
  /** Everything that fits the filters is meant, loaded or not. */
  isAll: boolean;
  picked: Picked | undefined;
  toggle: (id: string) => void;
  pickAll: () => void;
  clear: () => void;
}

export function useSelection(filters: Filters): Selection {
  const [orders, setOrders] = useState(NONE);
  const [isAll, setAll] = useState(false);
  const clear = useCallback(() => {
    setOrders(NONE);
    setAll(false);
  }, []);
  const print = JSON.stringify(filters);
  const seen = useRef(print);
  useEffect(() => {
    if (seen.current === print) return;
    seen.current = print;
    clear();
  }, [print, clear]);
  const toggle = useCallback((id: string) => {
    setAll(false);
    setOrders((before) => toggled(before, id));
  }, []);
  const picked = isAll ? { filters } : orders.size > 0 ? { orders } : undefined;
  return { orders, isAll, picked, toggle, pickAll: () => setAll(true), clear };
}

/** The set with one more, or one less. */
export function toggled(before: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(before);
  if (!next.delete(id)) next.add(id);
  return next;
}
