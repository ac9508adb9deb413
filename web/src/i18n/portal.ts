//! The words of the customer portal.

import type { Loader } from './start.ts';

export const portalWords: Loader = {
  zh: async () => (await import('./portal.zh.ts')).words,
  en: async () => (await import('./portal.en.ts')).words,
};
