//! Starts the translation of a page. Chinese is the source; a language's words are loaded only when it is read, and those of a
//! room that has many only when one of its pages is opened.

import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { type Language, rememberLanguage, tagOf } from '../lib/language.ts';

/** The words of a language by namespace. */
export type Words = Record<string, Record<string, unknown>>;
export type Loader = Record<Language, () => Promise<Words>>;

/** Rooms whose words were asked for after the start; a change of language concerns them too. */
const later = new Map<Loader, Promise<void>>();

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

/** Brings the words of a room; call before its first page is shown. */
export function bringWords(loader: Loader): Promise<void> {
  const known = later.get(loader);
  if (known) return known;
  const asked = load(i18next.language as Language, loader);
  later.set(loader, asked);
  // What failed is asked for again with the next page.
  asked.catch(() => later.delete(loader));
  return asked;
}

/** Changes the language without a reload; what was typed stays. */
export async function changeLanguage(language: Language, loader: Loader): Promise<void> {
  await Promise.all([loader, ...later.keys()].map((one) => load(language, one)));
  await i18next.changeLanguage(language);
  document.documentElement.lang = tagOf(language);
}

async function load(language: Language, loader: Loader): Promise<void> {
  for (const [namespace, entries] of Object.entries(await loader[language]())) {
    i18next.addResourceBundle(language, namespace, entries, true, true);
  }
}
