//! The keys that may be asked for are the ones of the Chinese files; another is an error of the compiler.

import 'i18next';
import type { words as guard } from './guard.zh.ts';
import type { words as portal } from './portal.zh.ts';
import type { words as workbench } from './workbench.zh.ts';
import type lists from './zh/lists.json';
import type operations from './zh/operations.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    returnNull: false;
    resources: typeof workbench & typeof portal & typeof guard & { lists: typeof lists; operations: typeof operations };
  }
}
