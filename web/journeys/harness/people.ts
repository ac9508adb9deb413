//! The people of the demonstration's bank, and how each gets to a page.

import type { Page } from 'playwright-core';
import { type Visit, visit } from './browser.ts';

/** The password that the demonstration gives everybody; it prints it when it starts. */
export const PASSWORD = 'Demo-Xiaobao-2026';

/** A page on which this member of staff is signed in. */
export async function as(number: string, options: Visit = {}): Promise<Page> {
  const page = await visit(options);
  await signIn(page, number);
  return page;
}

/** Signs in on a page that asks for it. */
export async function signIn(page: Page, number: string): Promise<void> {
  await page.locator('#staff_number').fill(number);
  await page.locator('#password').fill(PASSWORD);
  await page.locator('button[type=submit]').click();
  await page.locator('[data-covers-page]').waitFor({ state: 'detached' });
}
