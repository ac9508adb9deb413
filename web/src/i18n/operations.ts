//! The words of running the house. Few people open its pages, so their words come with the first of them.

import type { Loader } from './start.ts';

export const operationsWords: Loader = {
  zh: async () => ({ operations: (await import('./zh/operations.json')).default }),
  en: async () => ({ operations: (await import('./en/operations.json')).default }),
};
