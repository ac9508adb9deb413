//! The words of the workbench, one file per room; `en` has exactly the keys of `zh` (checked).

import type { Loader } from './start.ts';

export const workbenchWords: Loader = {
  zh: async () => (await import('./workbench.zh.ts')).words,
  en: async () => (await import('./workbench.en.ts')).words,
};
