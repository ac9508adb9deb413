//! What staff do on the page of an order.

import type { Page } from 'playwright-core';
import { expect } from 'vitest';

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

/** Accepts an order, puts it in its place and gives it to the customer service, as an officer does. */
export async function takeIn(page: Page): Promise<void> {
  await begin(page, '受理');
  await send(page, '受理');
  await begin(page, '分类');
  await pick(page, '渠道', '营业现场');
  await pick(page, '业务', '人民币储蓄');
  await pick(page, '原因', '信息披露');
  await send(page, '分类');
  await begin(page, '分派');
  await pick(page, '机构', '客户服务中心');
  await send(page, '分派');
}

/** Fills the form of a decision that is open: from its template, with what was found and what is paid. */
export async function fillDecision(page: Page): Promise<void> {
  const form = drawer(page);
  await form.getByText('属实', { exact: true }).click();
  await form.getByRole('button', { name: '套用范文' }).click();
  await form.getByText('合理诉求已解决').click();
  expect(await form.getByLabel('查明的事实').inputValue()).toContain('人民币储蓄');
  await form.getByLabel('查明的事实').fill('经查，转存时未提示利率变化。');
  await form.getByLabel('依据和理由').fill('《储蓄管理条例》及本行服务承诺。');
  await form.getByLabel('处理意见').fill('补足利息差额并致歉。');
  await form.getByLabel('补偿金额').fill('120.50');
}

/** Delivers every letter that is owed, one after the other. */
export async function notifyAll(page: Page): Promise<void> {
  const owed = page.getByText('待送达', { exact: true });
  for (let left = await owed.count(); left > 0; left -= 1) {
    await begin(page, '登记送达');
    await drawer(page).getByLabel('方式').click();
    await page.locator('.ant-select-item-option-content', { hasText: '短信' }).last().click();
    await send(page, '登记送达');
    await expect.poll(() => owed.count()).toBe(left - 1);
  }
}

/** Opens the order of a telephone number, as somebody who may look it up. */
export async function openByPhone(page: Page, phone: string, title: string): Promise<void> {
  await page.getByRole('button', { name: '按号码查找' }).click();
  await page.getByLabel('完整号码').fill(phone);
  await page.getByRole('button', { name: '查找', exact: true }).click();
  await page.getByRole('dialog').getByRole('link', { name: title }).click();
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
}
