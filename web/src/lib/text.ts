//! Sentences that the server gives in both languages.

export interface TwoLanguages {
  zh: string;
  en: string;
}

/** The reader's half. */
export function textOf(text: TwoLanguages, language: string): string {
  return language === 'en' ? text.en : text.zh;
}

/** A name of the server's, which stands in sentences, at the head of a part of a page. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Words one after the other, as each language sets them apart. */
export function listed(words: string[], language: string): string {
  return words.join(language === 'en' ? ', ' : '、');
}
