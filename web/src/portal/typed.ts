//! What a customer types, as the server reads it.

/** A number or code without the blanks around it. Chinese keyboards write digits and letters twice as wide; they mean the same. */
export function plain(typed: string): string {
  return typed.normalize('NFKC').trim();
}
