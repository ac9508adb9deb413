//! How a person likes the pages: language, colours, density, width of the navigation. Kept on this device, never sent.

import { useSyncExternalStore } from 'react';
import { type Language, preferredLanguage, remember, remembered, rememberLanguage } from './language.ts';

export type Scheme = 'system' | 'light' | 'dark';
export type Density = 'comfortable' | 'compact';

export interface Preferences {
  language: Language;
  scheme: Scheme;
  density: Density;
  narrowNavigation: boolean;
  /** Whether single letters are commands; some people's tools type letters by accident. */
  letterShortcuts: boolean;
}

const KEY = 'xiaobao.workbench';

function load(): Preferences {
  const kept = parse(remembered(KEY));
  return {
    language: preferredLanguage(),
    scheme: kept.scheme === 'light' || kept.scheme === 'dark' ? kept.scheme : 'system',
    density: kept.density === 'compact' ? 'compact' : 'comfortable',
    narrowNavigation: kept.narrowNavigation === true,
    letterShortcuts: kept.letterShortcuts !== false,
  };
}

function parse(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

let present: Preferences | undefined;
const listeners = new Set<() => void>();

/** The preferences now. */
export function preferences(): Preferences {
  present ??= load();
  return present;
}

/** Changes some of them, here and for the next visit. */
export function prefer(change: Partial<Preferences>): void {
  present = { ...preferences(), ...change };
  const { language, ...others } = present;
  rememberLanguage(language);
  remember(KEY, JSON.stringify(others));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The preferences, and again whenever they change. */
export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, preferences);
}

const DARK = '(prefers-color-scheme: dark)';

function subscribeDark(listener: () => void): () => void {
  const query = matchMedia(DARK);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

/** Whether the pages are dark now. */
export function useIsDark(): boolean {
  const { scheme } = usePreferences();
  const system = useSyncExternalStore(subscribeDark, () => matchMedia(DARK).matches);
  return scheme === 'system' ? system : scheme === 'dark';
}
