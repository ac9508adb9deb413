//! The words of the guard's pages, which weigh nothing until one is opened.

import type { Loader } from './start.ts';

export const guardWords: Loader = {
  zh: async () => (await import('./guard.zh.ts')).words,
  en: async () => (await import('./guard.en.ts')).words,
};
