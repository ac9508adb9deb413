//! What comes after an answer: a teaching case made of an order on its own page, and a member of a group shown in clear for a
//! reason that stays in the history.

import { describe, expect, it } from 'vitest';
import { expectAccessible } from './harness/axe.ts';
import { settled, withBrowser } from './harness/browser.ts';
import { begin, drawer, openByPhone, send } from './harness/order.ts';
import { as, ask } from './harness/people.ts';
import { fileComplaint, freshPhone, lookUp, PNG } from './harness/portal.ts';

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

describe('the pictures of an order', () => {
  it('are fetched when they are asked for, stand as thumbnails, and the history says who saw them', {
    timeout: 120_000,
  }, async () => {
    const phone = freshPhone();
    const title = '回单上的金额不对';
    const { page: own, receipt } = await fileComplaint({ title, narrative: '回单多了一位。', name: '黎慧', phone });
    await own.close();
    const customer = await lookUp(receipt);
    await customer.getByRole('button', { name: '补充材料' }).click();
    // The same file twice would be refused; what stands behind the end of a picture makes another file of it.
    const another = (name: string) => Buffer.concat([PNG, Buffer.from(name)]);
    const pictures = ['a.png', 'b.png'].map((name) => ({ name, mimeType: 'image/png', buffer: another(name) }));
    await customer.locator('input[type=file]').setInputFiles(pictures);
    await customer.getByRole('button', { name: '上传' }).click();
    await customer.getByText('材料已收到。').waitFor();

    const page = await as('officer', { at: '/orders' });
    await openByPhone(page, phone, title);
    const panel = page.locator('section', { has: page.getByRole('heading', { name: '附件' }) });
    await panel.getByText('a.png').waitFor();
    expect(await panel.locator('img').count()).toBe(0);
    await panel.getByRole('button', { name: '显示缩略图' }).click();
    await expect.poll(() => panel.locator('img').count()).toBe(2);
    expect(await panel.getByRole('button', { name: '显示缩略图' }).count()).toBe(0);
    await page.getByText('全部', { exact: true }).last().click();
    await expect.poll(() => page.locator('ol li', { hasText: '查看了' }).count()).toBeGreaterThan(1);
    await expectAccessible(page, 'an order with thumbnails');
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
