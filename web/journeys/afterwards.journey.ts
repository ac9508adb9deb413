//! What comes after an answer: a teaching case made of an order on its own page, and a member of a group shown in clear for a
//! reason that stays in the history.

import { describe, expect, it } from 'vitest';
import { expectAccessible } from './harness/axe.ts';
import { settled, withBrowser } from './harness/browser.ts';
import { begin, drawer, send } from './harness/order.ts';
import { as, ask } from './harness/people.ts';

withBrowser();

interface Rows {
  items: { id: string }[];
}

describe('an order that was decided', () => {
  it('becomes the draft of a teaching case', async () => {
    const page = await as('officer');
    const { items } = await ask<Rows>(page, 'GET', '/api/voice/orders?stage=notified&limit=1');
    await page.goto(`/orders/${items[0]?.id}`);
    await page.getByRole('button', { name: '编写教学案例' }).click();
    await drawer(page).getByLabel('启示').fill('告知利率变化要在转存之前。');
    await settled(page);
    await expectAccessible(page, 'drafting a teaching case');
    await drawer(page).getByRole('button', { name: '编写教学案例' }).click();
    await page.waitForURL(/\/cases\/tc_/);
    await page.getByText('告知利率变化要在转存之前。').waitFor();
    await page.getByText('这份文本等待另一位同事确认').waitFor();
  });
});

describe('a member of a group', () => {
  it('is shown in clear for a reason, alone, and the history says so', async () => {
    const page = await as('officer');
    const { items } = await ask<Rows>(page, 'GET', '/api/voice/orders?stage=filed&matter=complaint&limit=1');
    await page.goto(`/orders/${items[0]?.id}`);
    await begin(page, '登记群体成员');
    await drawer(page).getByLabel('姓名').fill('司马长风');
    await drawer(page).getByLabel('电话号码').fill('13912340099');
    await send(page, '登记群体成员');
    const member = page.getByRole('listitem').filter({ hasText: '司***' });
    await member.waitFor();
    expect(await page.locator('main').textContent()).not.toContain('司马长风');
    await member.getByRole('button', { name: '查看第 1 名成员的信息' }).click();
    const asked = page.getByRole('dialog');
    await asked.getByRole('radio').nth(1).check();
    await asked.getByRole('button').last().click();
    await page.getByText('司马长风').waitFor();
    await page.getByText('13912340099').waitFor();
    await settled(page);
    await page.getByText('全部', { exact: true }).last().click();
    await page.getByText(/查看了成员 1 的/).waitFor();
  });
});
