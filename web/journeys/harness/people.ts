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

/** Asks the server as whoever is signed in on the page, for what a journey only needs to be there. */
export async function ask<T>(page: Page, method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
  const answer = await page.evaluate(
    async ({ method, path, body }) => {
      const session = await (await fetch('/api/people/session')).json();
      const headers: Record<string, string> = {
        'content-type': 'application/json',
        'x-csrf-token': session.csrf_token,
        'idempotency-key': Math.random().toString(36).slice(2).padEnd(16, '0'),
      };
      const response = await fetch(path, {
        method,
        ...(method === 'POST' ? { headers, body: JSON.stringify(body ?? {}) } : {}),
      });
      return { isOk: response.ok, text: await response.text() };
    },
    { method, path, body },
  );
  if (!answer.isOk) throw new Error(`${method} ${path}: ${answer.text}`);
  return JSON.parse(answer.text) as T;
}
