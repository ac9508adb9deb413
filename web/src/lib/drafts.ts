//! Texts that were begun and not sent, kept while the page is open: closing a form by mistake loses nothing.
//!
//! Kept in memory alone. What is written about a customer does not lie in a browser's storage.

const drafts = new Map<string, unknown>();

/** Drafts kept at once; a day's work of one person opens fewer forms than this. */
const DRAFTS_MAX = 200;

export function draftOf<T>(key: string): T | undefined {
  return drafts.get(key) as T | undefined;
}

export function keepDraft(key: string, value: unknown): void {
  drafts.delete(key);
  drafts.set(key, value);
  const oldest = drafts.keys().next().value;
  if (drafts.size > DRAFTS_MAX && oldest !== undefined) drafts.delete(oldest);
}

export function dropDraft(key: string): void {
  drafts.delete(key);
}
