//! Every page of the workbench and of the portal, in both languages, light and dark: it shows something and axe finds nothing
//! grave. What is reached by acting only is checked where the journeys act.

import type { Page } from 'playwright-core';
import { describe, it } from 'vitest';
import { expectAccessible } from './harness/axe.ts';
import { settled, visit, withBrowser } from './harness/browser.ts';
import { as, ask } from './harness/people.ts';
import { PHONE } from './harness/portal.ts';

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
    '/score-models',
    '/shadows',
    '/guard-monitoring',
  ],
  'teller-east-01': ['/interceptions', '/interceptions?stage=open', '/interceptions/new', '/decisions'],
  president: ['/', '/orders', '/president', '/figures', '/figures/orders?figure=on_time&part=rest'],
};

/** Pages of one thing each: where the things are listed, and what is shown of the first one. */
const THINGS: Record<string, [list: string, pages: (id: string) => string[]][]> = {
  handler: [['/api/voice/orders?handler=me&stage=handling', (id) => [`/orders/${id}`]]],
  officer: [
    ['/api/voice/orders?stage=closed', (id) => [`/orders/${id}`]],
    ['/api/voice/rectifications', (id) => [`/rectifications/${id}`, `/rectifications/${id}/orders?side=before`]],
    ['/api/voice/cases', (id) => [`/cases/${id}`]],
    ['/api/voice/hot-issues', (id) => [`/hot-issues/${id}/orders?side=seen`]],
    ['/api/guard/scenarios', (id) => [`/scenarios/${id}`]],
  ],
  admin: [['/api/people/units', (id) => [`/organisation?unit=${id}`, `/staff?unit=${id}`, '/no/such/page']]],
  auditor: [['/api/voice/orders', (id) => [`/history?stream=${id}`]]],
};

/** The address of each page of a thing that the bank has. */
async function pagesOfThings(page: Page, who: string): Promise<string[]> {
  const found: string[] = [];
  for (const [list, pages] of THINGS[who] ?? []) {
    const { items } = await ask<{ items: { id: string }[] }>(page, 'GET', list);
    if (!items[0]) throw new Error(`${who} finds nothing at ${list}`);
    found.push(...pages(items[0].id));
  }
  return found;
}

const PORTAL = ['/portal', '/portal/ask', '/portal/file', '/portal/progress', '/portal/visit', '/portal/about'];

for (const language of ['zh', 'en'] as const) {
  for (const [edition, colorScheme] of [
    ['standard', 'light'],
    ['standard', 'dark'],
    ['elder', 'light'],
  ] as const) {
    it(`the portal’s pages in ${language}, ${edition}, ${colorScheme}, are in order`, {
      timeout: 120_000,
    }, async () => {
      const page = await visit({ language, at: `/portal?edition=${edition}`, options: { ...PHONE, colorScheme } });
      for (const path of PORTAL) {
        await page.goto(`${path}?edition=${edition}`);
        await settled(page);
        await expectAccessible(page, `${path}, ${edition}`);
      }
    });
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    describe(`in ${language}, ${colorScheme}`, () => {
      it.each(Object.keys(THINGS))('%s finds the pages of one thing in order', { timeout: 180_000 }, async (who) => {
        const page = await as(who, { language, options: { colorScheme } });
        for (const path of await pagesOfThings(page, who)) {
          await page.goto(path);
          await settled(page);
          await expectAccessible(page, `${path} as ${who}`);
        }
      });

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
