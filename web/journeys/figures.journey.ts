//! Figures lead to exactly their orders, and leave the workbench as files.

import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { withBrowser } from './harness/browser.ts';
import { as } from './harness/people.ts';

withBrowser();

/** Pages of a hundred orders; the demonstration's bank has a few of them. */
const PAGES_MAX = 20;

describe('a president looks at the figures', () => {
  it('and finds behind a number as many orders as it says', async () => {
    const page = await as('president', { language: 'en' });
    await page.goto('/figures');
    const all = page.getByRole('table', { name: 'All figures' });
    const row = all.getByRole('row', { name: /^On-time rate/ });
    const above = Number(await row.getByRole('cell').nth(1).innerText());
    const below = Number(await row.getByRole('cell').nth(2).innerText());
    expect(below).toBeGreaterThan(above);
    await row.getByRole('cell').nth(1).getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: /^On-time rate/ }).waitFor();
    const grid = page.getByRole('grid');
    await grid.focus();
    await page.keyboard.press('End');
    const foot = page.getByText(/^That is all: /);
    // Pages follow one another as the end is reached; the last one says how many there were.
    for (let pages = 0; pages < PAGES_MAX && !(await foot.isVisible()); pages += 1) {
      await page.waitForLoadState('networkidle');
      await page.keyboard.press('End');
    }
    expect(await foot.innerText()).toBe(`That is all: ${above} orders`);
  });

  it('and takes a picture and its table away', async () => {
    const page = await as('president', { language: 'en' });
    await page.goto('/figures');
    const panel = page.locator('section', { has: page.getByRole('heading', { name: /^Time limits/ }) });
    await panel.locator('canvas').waitFor();
    for (const [kind, begins] of [
      ['Picture (PNG)', '\x89PNG'],
      ['Drawing (SVG)', '<svg'],
      ['Table (xlsx)', 'PK'],
      ['Table (CSV)', '\ufeffTime limit'],
    ] as const) {
      await panel.getByRole('button', { name: 'Download: Time limits' }).click();
      const waiting = page.waitForEvent('download');
      await page.getByRole('menuitem', { name: kind }).click();
      const place = await (await waiting).path();
      const bytes = await readFile(place);
      const text = bytes.toString(kind.startsWith('Picture') ? 'latin1' : 'utf8');
      expect(text.startsWith(begins), kind).toBe(true);
    }
  });
});
