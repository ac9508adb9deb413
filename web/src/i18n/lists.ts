//! The words of taking lists of matters in. Few people do, so they come with the first of those pages.

import type { Loader } from './start.ts';

export const listsWords: Loader = {
  zh: async () => ({ lists: (await import('./zh/lists.json')).default }),
  en: async () => ({ lists: (await import('./en/lists.json')).default }),
};
