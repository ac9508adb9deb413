//! Which of the two languages a person reads, remembered on this device.

export const LANGUAGES = ['zh', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const KEY = 'xiaobao.language';

/** What was chosen, else what the browser asks for, else Chinese. */
export function preferredLanguage(): Language {
  const kept = remembered(KEY);
  if (kept === 'zh' || kept === 'en') return kept;
  const asked = navigator.languages?.[0] ?? navigator.language ?? 'zh';
  return asked.toLowerCase().startsWith('en') ? 'en' : 'zh';
}

/** Remembers the choice and tells the document, so that a screen reader speaks the right language. */
export function rememberLanguage(language: Language): void {
  remember(KEY, language);
  document.documentElement.lang = tagOf(language);
}

/** The language tag for HTML and for `Intl`. */
export function tagOf(language: Language): 'zh-CN' | 'en' {
  return language === 'zh' ? 'zh-CN' : 'en';
}

/** A remembered word; nothing where the browser keeps none, as in a private window. */
export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Remembers a word where the browser allows it; a setting that is lost is chosen again. */
export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Nothing to do: the page works without.
  }
}
