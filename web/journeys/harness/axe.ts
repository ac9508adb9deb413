//! Accessibility, checked by axe-core on the page as it stands.

import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** What must hold: WCAG 2.2 at levels A and AA, and what axe knows to be good practice. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Fails with every finding that axe calls serious or critical, and with headings that are out of order. */
export async function expectAccessible(page: Page, name: string): Promise<void> {
  await page.evaluate(axe.source);
  // At its end, a page has nothing under the bar that stays in view; elsewhere one scrolls what it covers from under it.
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  const findings = await page.evaluate(async (tags) => {
    const runner = (window as unknown as { axe: typeof axe }).axe;
    const { violations } = await runner.run(document, { runOnly: { type: 'tag', values: tags } });
    return violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      nodes: nodes.map((node) => `${node.target.join(' ')}: ${node.failureSummary?.replaceAll('\n', ' ')}`),
    }));
  }, TAGS);
  const grave = findings.filter(
    ({ id, impact }) => impact === 'serious' || impact === 'critical' || id === 'heading-order',
  );
  expect(grave, `axe on ${name}`).toEqual([]);
}
