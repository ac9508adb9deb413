//! What may be written in an expression, and what of it fits the word before the caret.

/** The functions of the language; `docs/guide/scenarios` explains each. */
export const FUNCTIONS = [
  'has(',
  'size(',
  'int(',
  'double(',
  'duration("',
  'timestamp("',
  'yuan(',
  'startsWith("',
  'endsWith("',
  'contains("',
  'getHours()',
  'getMinutes()',
  'getDayOfWeek()',
  'math.greatest(',
  'math.least(',
  'math.abs(',
  'model.score',
] as const;

/** Offered at once: what one sees without scrolling. */
const OFFERED_MAX = 8;
const WORD = /[A-Za-z_][\w.]*$/;
const NAMES = /[a-z_][a-z0-9_]*(?:\.[a-z0-9_]+)+/g;
/** Between quotes stands a text, not a name. */
const TEXTS = /"[^"]*"|'[^']*'/g;

/** The names of fields, features, parameters and lists that an expression asks. */
export function namesIn(expression: string): string[] {
  return expression.replaceAll(TEXTS, '""').match(NAMES) ?? [];
}

export interface Completion {
  /** Where the word begins that is being written. */
  start: number;
  offers: string[];
}

/** What fits the word that ends at the caret: beginnings first, then names that hold it somewhere. */
export function complete(text: string, caret: number, known: readonly string[]): Completion | undefined {
  const word = WORD.exec(text.slice(0, caret))?.[0];
  if (!word) return undefined;
  const typed = word.toLowerCase();
  const begin = known.filter((name) => name.toLowerCase().startsWith(typed) && name !== word);
  const hold = known.filter((name) => !begin.includes(name) && name.toLowerCase().includes(typed) && name !== word);
  const offers = [...begin, ...hold].slice(0, OFFERED_MAX);
  return offers.length > 0 ? { start: caret - word.length, offers } : undefined;
}
