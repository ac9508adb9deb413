//! Every page of the workbench, in both languages, light and dark: it shows something and axe finds nothing grave.

import { describe, it } from 'vitest';
import { expectAccessible } from './harness/axe.ts';
import { settled, withBrowser } from './harness/browser.ts';
import { as } from './harness/people.ts';

withBrowser();

/** Who sees which pages. */
const PAGES: Record<string, string[]> = {
  handler: ['/', '/orders', '/orders?clock=overdue', '/orders/new', '/tasks', '/customers', '/account'],
  admin: [
    '/organisation',
    '/staff',
    '/roles',
    '/tokens',
    '/imports',
    '/jobs',
    '/webhooks',
    '/calendars',
    '/ledger',
    '/audit',
  ],
  auditor: ['/', '/orders', '/history', '/audit?revealing=true', '/ledger', '/regulations'],
  officer: [
    '/imports/complaints',
    '/imports/regulator',
    '/abnormal',
    '/abnormal?tab=list&all=true',
    '/rectifications',
    '/hot-issues',
    '/cases',
    '/reports',
    '/guard-lists',
    '/scenarios',
    '/backtests',
    '/shadows',
    '/guard-monitoring',
  ],
  'teller-east-01': ['/interceptions', '/interceptions?stage=open', '/interceptions/new', '/decisions'],
  president: ['/', '/orders', '/president', '/figures', '/figures/orders?figure=on_time&part=rest'],
};

for (const language of ['zh', 'en'] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    describe(`in ${language}, ${colorScheme}`, () => {
      it.each(Object.entries(PAGES))('%s finds every page in order', { timeout: 180_000 }, async (who, paths) => {
        const page = await as(who, { language, options: { colorScheme } });
        for (const path of paths) {
          await page.goto(path);
          await settled(page);
          await expectAccessible(page, `${path} as ${who}`);
        }
      });
    });
  }
}
