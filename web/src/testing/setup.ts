//! What every component test starts from: Chinese words, a clean document after each test.

import { cleanup } from '@testing-library/react';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { afterEach, beforeAll } from 'vitest';
import { words as guard } from '../i18n/guard.zh.ts';
import { words as portal } from '../i18n/portal.zh.ts';
import { words as workbench } from '../i18n/workbench.zh.ts';
import operations from '../i18n/zh/operations.json';

beforeAll(async () => {
  await i18next.use(initReactI18next).init({
    lng: 'zh',
    resources: { zh: { ...workbench, ...portal, ...guard, operations } },
    defaultNS: 'common',
    interpolation: { escapeValue: false },
    showSupportNotice: false,
  });
});

afterEach(() => {
  cleanup();
  localStorage.clear();
});
