//! Keyboard commands: who registers one is heard as long as it is on screen, and the help lists what works right now.

import { useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import { preferences } from './preferences.ts';

export interface Shortcut {
  /** `g d` is one key after the other; `mod+k` is Ctrl or ⌘ with K. Empty for what is done through the palette alone. */
  keys: string;
  /** What it does, for the help. */
  label: string;
  /** Where it stands in the help. */
  group: 'global' | 'page';
  /** Also while a field has the focus; only for combinations with a modifier. */
  inFields?: boolean;
  run: () => void;
}

/** How long the second key of a sequence may take. */
const SEQUENCE_MS_MAX = 1200;

let registered: Shortcut[] = [];
const listeners = new Set<() => void>();
let first: { key: string; at: number } | undefined;

function publish(next: Shortcut[]): void {
  registered = next;
  for (const listener of listeners) listener();
}

/** The commands that work right now. */
export function useShortcutList(): Shortcut[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => registered,
  );
}

/** Registers commands while the caller is on screen; a later registration of the same keys wins. */
export function useShortcuts(shortcuts: Shortcut[]): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  // Labels and keys tell whether the list must be published again; the functions are read when they run.
  const print = shortcuts.map(({ keys, label, group }) => `${keys}\t${label}\t${group}`).join('\n');
  // Before the page is shown, not after: whoever sees a command may press its key at once, and the keys of the page before
  // must be gone by then.
  useLayoutEffect(() => {
    const count = print === '' ? 0 : print.split('\n').length;
    const mine = latest.current.slice(0, count).map((shortcut, index) => ({
      ...shortcut,
      run: () => latest.current[index]?.run(),
    }));
    publish([...registered, ...mine]);
    return () => publish(registered.filter((one) => !mine.includes(one)));
  }, [print]);
}

/** What a key event is called in `Shortcut.keys`. */
export function nameOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.altKey) return `alt+${key}`;
  return event.ctrlKey || event.metaKey ? `mod+${key}` : key;
}

function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}

/** Whether something lies over the page that takes the keys for itself. */
function isCovered(): boolean {
  return document.querySelector('[role="dialog"]:not([hidden]), [data-covers-page]') !== null;
}

function find(keys: string): Shortcut | undefined {
  return registered.findLast((shortcut) => shortcut.keys === keys);
}

/** Handles a key for the whole page; `at` is the time in milliseconds. */
export function handleKey(event: KeyboardEvent, at: number): void {
  if (event.defaultPrevented || event.isComposing || event.repeat) return;
  const name = nameOf(event);
  const hasModifier = name.includes('+');
  const field = isField(event.target);
  if (!hasModifier && (field || isCovered() || !preferences().letterShortcuts)) return;
  const before = first && at - first.at <= SEQUENCE_MS_MAX ? first.key : undefined;
  first = undefined;
  const shortcut = (before && find(`${before} ${name}`)) || find(name);
  if (shortcut) {
    if (field && !shortcut.inFields) return;
    event.preventDefault();
    shortcut.run();
  } else if (!hasModifier) {
    first = { key: name, at };
  }
}
