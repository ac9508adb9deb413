//! What customers do on the portal, for journeys that begin there.

import type { Page } from 'playwright-core';
import { type Visit, visit } from './browser.ts';

/** A telephone on a page of its own. */
export const PHONE: NonNullable<Visit['options']> = { viewport: { width: 390, height: 844 }, hasTouch: true };

/** The smallest picture there is: one grey point. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
  'base64',
);

let numbers = 0;

/** A telephone number that no other journey uses. */
export function freshPhone(): string {
  numbers += 1;
  return `137${String(Date.now() % 100_000).padStart(5, '0')}${String(numbers).padStart(3, '0')}`;
}

/** Gets a code on a page that asks for one; the demonstration shows it. */
export async function takeCode(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^获取验证码|^Send me a code/ }).click();
  const words = await page.getByText(/验证码是|The code is/).innerText();
  const code = /\d{6}/.exec(words)?.[0] ?? '';
  await page.getByLabel(/^验证码|^Code/).fill(code);
}

export interface Told {
  title: string;
  narrative: string;
  name: string;
  phone: string;
}

/** Files a complaint in the standard edition; gives the receipt number. */
export async function fileComplaint(told: Told): Promise<{ page: Page; receipt: string }> {
  const page = await visit({ at: '/portal', options: PHONE });
  await page.getByRole('link', { name: /提出投诉/ }).click();
  await page.getByText('认为银行损害了我的权益，要求解决').click();
  await page.getByLabel('用一句话说是什么事').fill(told.title);
  await page.getByLabel('事情的经过').fill(told.narrative);
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByLabel('希望银行怎么做').fill('退还多收的费用。');
  await page.getByRole('button', { name: '下一步' }).click();
  await page.getByLabel('您的姓名').fill(told.name);
  await page.getByLabel('您的电话').fill(told.phone);
  await page.getByRole('button', { name: '下一步' }).click();
  await takeCode(page);
  await page.getByRole('button', { name: '提交' }).click();
  await page.getByRole('heading', { level: 1, name: '已经收到' }).waitFor();
  return { page, receipt: await page.locator('.number').innerText() };
}

/** The customer's own page of a matter. */
export async function lookUp(receipt: string): Promise<Page> {
  const page = await visit({ at: '/portal/progress', options: PHONE });
  await page.getByLabel('受理编号').fill(receipt);
  await takeCode(page);
  await page.getByRole('button', { name: '查询' }).click();
  await page.getByText(receipt).waitFor();
  return page;
}
