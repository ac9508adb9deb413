//! Which edition a customer reads, and how large. Remembered on this device; a link may ask for the elder edition.

import { useSyncExternalStore } from 'react';
import { remember, remembered } from '../lib/language.ts';

export type Edition = 'standard' | 'elder';

/** The sizes of text in the elder edition, in CSS pixels: what the published standard asks for, and up to 30. */
export const SIZE_MIN = 18;
export const SIZE_MAX = 30;
export const SIZE_STEP = 2;
const SIZE_DEFAULT = 22;

export interface Look {
  edition: Edition;
  size: number;
}

const KEY = 'xiaobao.portal';

function clamp(size: number): number {
  return Math.min(SIZE_MAX, Math.max(SIZE_MIN, size));
}

function load(): Look {
  const asked = new URLSearchParams(location.search).get('edition');
  let kept: Partial<Look> = {};
  try {
    kept = (JSON.parse(remembered(KEY) ?? '{}') ?? {}) as Partial<Look>;
  } catch {
    kept = {};
  }
  const edition = asked === 'elder' || asked === 'standard' ? asked : kept.edition === 'elder' ? 'elder' : 'standard';
  return { edition, size: clamp(typeof kept.size === 'number' ? kept.size : SIZE_DEFAULT) };
}

let look: Look | undefined;
const listeners = new Set<() => void>();

function present(): Look {
  look ??= load();
  return look;
}

/** Puts the look on the page, where the style sheet reads it. */
export function applyLook(): void {
  const { edition, size } = present();
  const root = document.documentElement;
  root.dataset.edition = edition;
  root.style.setProperty('--size', edition === 'elder' ? `${size}px` : '');
}

export function choose(change: Partial<Look>): void {
  const next = { ...present(), ...change };
  look = { ...next, size: clamp(next.size) };
  remember(KEY, JSON.stringify(look));
  applyLook();
  for (const listener of listeners) listener();
}

export function useLook(): Look {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, present);
}
