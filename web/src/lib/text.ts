//! Sentences that the server gives in both languages.

export interface TwoLanguages {
  zh: string;
  en: string;
}

/** The reader's half. */
export function textOf(text: TwoLanguages, language: string): string {
  return language === 'en' ? text.en : text.zh;
}
