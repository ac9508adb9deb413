//! Starts the translation of a page. Chinese is the source; a language's words are loaded only when it is read.

import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { type Language, rememberLanguage, tagOf } from '../lib/language.ts';

/** The words of a language by namespace. */
export type Words = Record<string, Record<string, unknown>>;
export type Loader = Record<Language, () => Promise<Words>>;

/** The translator of this page, ready to speak `language`. */
export async function startTranslation(language: Language, loader: Loader): Promise<i18n> {
  const words = await loader[language]();
  await i18next.use(initReactI18next).init({
    lng: language,
    resources: { [language]: words },
    ns: Object.keys(words),
    defaultNS: Object.keys(words)[0] ?? 'common',
    interpolation: { escapeValue: false },
    returnNull: false,
    showSupportNotice: false,
  });
  rememberLanguage(language);
  return i18next;
}

/** Changes the language without a reload; what was typed stays. */
export async function changeLanguage(language: Language, loader: Loader): Promise<void> {
  const words = await loader[language]();
  for (const [namespace, entries] of Object.entries(words)) {
    i18next.addResourceBundle(language, namespace, entries, true, true);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = tagOf(language);
}
