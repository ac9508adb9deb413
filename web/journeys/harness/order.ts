//! What staff do on the page of an order.

import type { Page } from 'playwright-core';

/** The drawer of the act that is being written. */
export function drawer(page: Page) {
  return page.locator('.ant-drawer').last();
}

/** Opens the form of an act. */
export async function begin(page: Page, act: string): Promise<void> {
  await page
    .locator('section', { has: page.getByRole('heading', { name: '可以办理' }) })
    .getByRole('button', { name: act, exact: true })
    .click();
  await drawer(page).getByText(act).first().waitFor();
}

/** Sends the form that is open. */
export async function send(page: Page, act: string): Promise<void> {
  await drawer(page).getByRole('button', { name: act, exact: true }).click();
  await page.getByText(`已完成：${act}`).last().waitFor();
  await page.locator('.ant-drawer-content-wrapper').waitFor({ state: 'detached' });
}

/** Chooses in a tree by typing part of a name. */
export async function pick(page: Page, field: string, words: string): Promise<void> {
  const box = drawer(page).getByLabel(field, { exact: true });
  await box.click();
  await box.fill(words);
  await page.locator('.ant-select-tree-title', { hasText: words }).first().click();
}
