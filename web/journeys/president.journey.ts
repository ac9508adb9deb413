//! A matter before the president: proposed by an officer, taken up, a department instructed, and closed.

import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './harness/axe.ts';
import { withBrowser } from './harness/browser.ts';
import { as, ask } from './harness/people.ts';

withBrowser();

interface Action {
  action: string;
  allowed: boolean;
}

interface Row {
  id: string;
  receipt: string;
  version: number;
}

/** An order in hand that was not proposed before. */
async function proposable(officer: Page): Promise<Row> {
  const { items } = await ask<{ items: Row[] }>(officer, 'GET', '/api/voice/orders?stage=handling&limit=50');
  for (const { id } of items) {
    const order = await ask<Row & { allowed_actions: Action[] }>(officer, 'GET', `/api/voice/orders/${id}`);
    if (order.allowed_actions.some(({ action, allowed }) => action === 'propose_lead' && allowed)) return order;
  }
  throw new Error('every order was proposed before');
}

describe('a president-led matter', () => {
  it('is taken up, instructed on, and closed', { timeout: 120_000 }, async () => {
    const officer = await as('officer');
    const row = await proposable(officer);
    await ask(officer, 'POST', `/api/voice/orders/${row.id}/propose_lead`, {
      version: row.version,
      grounds: ['difficult'],
      why: '涉及两家分行，口径不一。',
    });

    const page = await as('president');
    await page.goto('/president');
    const panel = (name: string) =>
      page.locator('section', { has: page.getByRole('heading', { level: 2, name, exact: true }) });
    // Several matters may have one title; a number is of one alone.
    const line = (name: string) => panel(name).locator('li', { hasText: row.receipt });
    await line('等待决定').getByRole('button').click();
    const drawer = page.locator('.ant-drawer').first();
    await drawer.getByText('涉及两家分行，口径不一。').waitFor();
    await expectAccessible(page, 'a matter before the president');

    const form = page.locator('.ant-drawer').last();
    await drawer.getByRole('button', { name: '挂帅办理' }).click();
    await form.locator('button[type=submit]').click();
    await page.getByText('已完成：挂帅办理').waitFor();

    await drawer.getByRole('button', { name: '批示', exact: true }).click();
    const unit = form.getByLabel('批示给');
    await unit.click();
    await unit.fill('消费者权益保护部');
    await page.locator('.ant-select-tree-title', { hasText: '消费者权益保护部' }).first().click();
    await form.getByLabel('批示内容').fill('三日内统一口径，逐户答复。');
    await form.getByLabel('报告期限').fill('2099-12-31');
    await form.getByLabel('报告期限').press('Tab');
    await form.locator('button[type=submit]').click();
    await page.getByText('已完成：批示').waitFor();
    await drawer.getByText('三日内统一口径，逐户答复。').waitFor();

    // While a department owes its report, closing is greyed and says why.
    await expect.poll(() => drawer.getByRole('button', { name: '办结挂帅' }).isDisabled()).toBe(true);

    const { version } = await ask<Row>(officer, 'GET', `/api/voice/orders/${row.id}`);
    await ask(officer, 'POST', `/api/voice/orders/${row.id}/report_instruction`, {
      version,
      number: 1,
      text: '口径已统一，逐户答复完毕。',
    });
    await page.goto('/president');
    await line('待阅报告').getByRole('button').click();
    await drawer.getByText('口径已统一，逐户答复完毕。').waitFor();
    await drawer.getByRole('button', { name: '办结挂帅' }).click();
    await form.locator('button[type=submit]').click();
    await form.getByText('必填。').waitFor();
    await form.getByLabel('办结意见').fill('口径已统一，同意办结。');
    await form.locator('button[type=submit]').click();
    await page.getByText('已完成：办结挂帅').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => line('正在办理').count()).toBe(0);
  });
});
