//! What may be written in an expression, and what of it fits the word before the caret.

import type { TwoLanguages } from '../../../lib/text.ts';

/** A name that may be asked, with what is told of it beside the name. */
export interface Named {
  name: string;
  /** Its type, or what a function takes and gives. */
  kind?: string;
  title?: TwoLanguages;
  /** Written behind a value and a dot. */
  isMethod?: boolean;
}

/** Offered at once: what one sees without scrolling. */
const OFFERED_MAX = 8;
const WORD = /[A-Za-z_][\w.]*$/;

export interface Completion {
  /** Where the word begins that is being written. */
  start: number;
  offers: Named[];
}

/** What fits the word that ends at the caret: beginnings first, then names that hold it somewhere; behind a dot, methods. */
export function complete(text: string, caret: number, known: readonly Named[]): Completion | undefined {
  const word = WORD.exec(text.slice(0, caret))?.[0];
  if (!word) return undefined;
  const typed = word.toLowerCase();
  const names = known.filter(({ name, isMethod }) => !isMethod && name !== word);
  const begin = names.filter(({ name }) => name.toLowerCase().startsWith(typed));
  const hold = names.filter((one) => !begin.includes(one) && one.name.toLowerCase().includes(typed));
  const offers = [...begin, ...hold].slice(0, OFFERED_MAX);
  if (offers.length > 0) return { start: caret - word.length, offers };
  const last = typed.slice(typed.lastIndexOf('.') + 1);
  const isBehindDot = typed.includes('.');
  const methods = known.filter(({ name, isMethod }) => isMethod && name.toLowerCase().startsWith(last));
  return isBehindDot && methods.length > 0 ? { start: caret - last.length, offers: methods } : undefined;
}
