//! A complaint from the customer's telephone to the archive, by the people whose work it is.

import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './harness/axe.ts';
import { visit, withBrowser } from './harness/browser.ts';
import { begin, drawer, fillDecision, notifyAll, openByPhone, send, takeIn } from './harness/order.ts';
import { as, PASSWORD, signIn } from './harness/people.ts';
import { fileComplaint, freshPhone, lookUp } from './harness/portal.ts';

withBrowser();

describe('a complaint', () => {
  it('is filed, handled, extended, decided, notified, visited and closed', {
    timeout: 240_000,
  }, async () => {
    const phone = freshPhone();
    const title = '自动转存没有告知';
    const { receipt } = await fileComplaint({
      title,
      narrative: '存款到期自动转存，利率变低，没有人告诉我。',
      name: '孙玉梅',
      phone,
    });

    const officer = await as('officer', { at: '/orders' });
    await openByPhone(officer, phone, title);
    await expectAccessible(officer, 'order');
    await takeIn(officer);
    const handler = await as('handler', { at: new URL(officer.url()).pathname });
    await begin(handler, '接收');
    await send(handler, '接收');
    await begin(handler, '登记联系');
    await drawer(handler).getByLabel('沟通内容').fill('已说明办理流程。');
    await send(handler, '登记联系');

    // The first longer time of a complaint needs nobody's approval, and the customer is told of it before there is a second.
    await extend(handler, '需要调取三年前的柜面录像。');
    await notifyAll(handler);
    await extend(handler, '录像须由公安机关鉴定，情况特别复杂。');
    const president = await as('president', { at: new URL(officer.url()).pathname });
    await begin(president, '批准延期');
    await drawer(president).getByText('录像须由公安机关鉴定').waitFor();
    await send(president, '批准延期');
    await handler.getByText('待送达', { exact: true }).waitFor();
    await handler.getByText('情况特别复杂投诉的处理时限').first().waitFor();

    await begin(handler, '作出处理决定');
    await fillDecision(handler);
    await expectAccessible(handler, 'decision');
    await send(handler, '作出处理决定');
    await notifyAll(handler);
    await begin(handler, '回访');
    await drawer(handler).getByText('解决了', { exact: true }).click();
    await drawer(handler).getByText('很满意', { exact: true }).click();
    await send(handler, '回访');
    await begin(handler, '办结');
    await send(handler, '办结');
    await handler.getByRole('heading', { level: 1 }).getByText('已办结').waitFor();
    await handler.getByText('¥120.50').waitFor();

    const customer = await lookUp(receipt);
    await customer.getByRole('heading', { name: '处理决定告知书' }).waitFor();
    await customer.getByRole('button', { name: '打开' }).last().click();
    await customer.getByText('补足利息差额并致歉。').waitFor();
  });
});

/** Asks for a longer time. */
async function extend(page: Page, why: string): Promise<void> {
  await begin(page, '申请延期');
  await drawer(page).getByLabel('理由').fill(why);
  await send(page, '申请延期');
}

describe('a re-examination', () => {
  it('is asked for by the customer, done by the unit above, and told', { timeout: 240_000 }, async () => {
    const phone = freshPhone();
    const title = '柜台办成了另一种存款';
    const { receipt } = await fileComplaint({
      title,
      narrative: '我要存定期，柜台给我办成了别的，利息少了一半。',
      name: '马秀兰',
      phone,
    });
    const officer = await as('officer', { at: '/orders' });
    await openByPhone(officer, phone, title);
    await takeIn(officer);
    const handler = await as('handler', { at: new URL(officer.url()).pathname });
    await begin(handler, '接收');
    await send(handler, '接收');
    await begin(handler, '作出处理决定');
    await fillDecision(handler);
    await send(handler, '作出处理决定');
    await notifyAll(handler);

    const customer = await lookUp(receipt);
    await customer.getByRole('button', { name: '申请核查' }).click();
    await customer.getByRole('button', { name: '提交申请' }).click();
    await customer.getByText('请写明理由。').waitFor();
    await expectAccessible(customer, 'asking for re-examination');
    await customer.getByLabel('不接受处理决定的理由').fill('补的利息不对。');
    await customer.getByRole('button', { name: '提交申请' }).click();
    await customer.getByText(/申请已收到/).waitFor();
    expect(await customer.getByRole('button', { name: '申请核查' }).count()).toBe(0);

    // Who had a hand in the decision has none in this.
    await handler.getByText('补的利息不对。').first().waitFor();
    const panel = handler.locator('section', { has: handler.getByRole('heading', { name: '可以办理' }) });
    expect(await panel.getByRole('button', { name: '承办核查', exact: true }).count()).toBe(0);
    const president = await as('president', { at: new URL(officer.url()).pathname });
    await begin(president, '承办核查');
    await send(president, '承办核查');
    await begin(president, '作出核查结论');
    await drawer(president).getByText('维持原处理决定').click();
    await drawer(president).getByLabel('查明的事实').fill('利息按开户当日挂牌利率计算，无误。');
    await drawer(president).getByLabel('依据和理由').fill('《储蓄管理条例》。');
    await send(president, '作出核查结论');
    await president.getByRole('heading', { name: '核查', exact: true }).waitFor();
    await expectAccessible(president, 'order with a re-examination');
    await handler.getByText('待送达', { exact: true }).waitFor();
    await notifyAll(handler);
    await customer.getByRole('button', { name: '刷新' }).click();
    await customer.getByRole('heading', { name: '核查结论告知书' }).waitFor();
  });
});

describe('a conflict', () => {
  it('shows what the colleague did and keeps what was typed', { timeout: 120_000 }, async () => {
    const phone = freshPhone();
    const title = '排队时间太长';
    await fileComplaint({ title, narrative: '等了一个半小时。', name: '周福生', phone });
    const handler = await as('handler', { at: '/orders' });
    await openByPhone(handler, phone, title);
    await begin(handler, '添加备注');
    const words = '客户希望周末再联系，语气平和。';
    await drawer(handler).getByRole('textbox', { name: '备注' }).fill(words);

    const officer = await as('officer', { at: new URL(handler.url()).pathname });
    await begin(officer, '受理');
    await send(officer, '受理');

    await handler.getByText('内容刚刚有变动').waitFor();
    await expect
      .poll(() => drawer(handler).locator('li').allInnerTexts())
      .toContainEqual(expect.stringContaining('已受理'));
    expect(await drawer(handler).getByRole('textbox', { name: '备注' }).inputValue()).toBe(words);
    await expectAccessible(handler, 'conflict');
    await drawer(handler).getByRole('button', { name: '知道了，继续' }).click();
    await send(handler, '添加备注');
    await handler.getByText(words).waitFor();
  });
});

describe('the keyboard', () => {
  it('is enough for a handler, from signing in to a note', { timeout: 120_000 }, async () => {
    const title = '手机银行转账没有到账';
    await fileComplaint({ title, narrative: '昨天转出的钱对方没有收到。', name: '何家明', phone: freshPhone() });
    const page = await visit({ at: '/' });
    await page.locator('#staff_number').waitFor();
    await page.keyboard.type('handler');
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: '我的一天' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('q');
    await stepTo(page, title);
    await page.keyboard.press('o');
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    // What a key does stands beside it; it works from then on.
    const note = page.getByRole('button', { name: '添加备注' });
    expect(await note.getAttribute('aria-keyshortcuts')).toBe('n');
    await page.keyboard.press('n');
    await drawer(page).getByRole('textbox', { name: '备注' }).waitFor();
    await page.keyboard.type('只用键盘写的备注。');
    await page.keyboard.press('Control+Enter');
    await page.getByText('已完成：添加备注').waitFor();
    await page.getByText('只用键盘写的备注。').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: '键盘快捷键' }).waitFor();
    await expectAccessible(page, 'shortcut help');
  });
});

/** As many rows as a journey looks through: what was filed just now stands at the head of the queue. */
const STEPS_MAX = 5;

/** Goes down the queue, key by key, until the row with this title is the one that keys act on. */
async function stepTo(page: Page, title: string): Promise<void> {
  const grid = page.getByRole('grid', { name: '工单' });
  await grid.getByText(title).first().waitFor();
  const active = grid.locator('[data-key][tabindex="0"]');
  let before: string | null = null;
  for (let steps = 0; steps < STEPS_MAX; steps += 1) {
    await page.keyboard.press('j');
    await expect.poll(async () => ((await active.count()) ? active.getAttribute('data-key') : null)).not.toBe(before);
    if ((await active.innerText()).includes(title)) return;
    before = await active.getAttribute('data-key');
  }
  throw new Error(`the order is not among the first ${STEPS_MAX} of the queue`);
}

describe('personal data', () => {
  it('is shown for a reason, hidden again, and leaves a trace', { timeout: 120_000 }, async () => {
    const phone = freshPhone();
    const title = '理财到期没有提醒';
    await fileComplaint({ title, narrative: '到期没有提醒我。', name: '吴敏', phone });
    const page = await as('handler', { at: '/orders' });
    await openByPhone(page, phone, title);
    expect(await page.getByText(phone).count()).toBe(0);
    await page.getByRole('button', { name: '查看明文' }).click();
    await page.getByRole('dialog').getByText('联系投诉人').click();
    await page.getByRole('dialog').getByRole('button', { name: '查看明文' }).click();
    await page.getByText(phone).waitFor();
    await page.getByRole('button', { name: '隐藏' }).click();
    expect(await page.getByText(phone).count()).toBe(0);
    await page.getByText('全部', { exact: true }).click();
    await page
      .getByText(/查看了/)
      .first()
      .waitFor();
  });
});

describe('filing on somebody’s behalf', () => {
  it('tells what is missing and leads to the new order', { timeout: 120_000 }, async () => {
    const page = await visit({ at: '/orders/new' });
    await signIn(page, 'teller-east-01');
    await page.getByRole('button', { name: '登记', exact: true }).click();
    await page.getByText('请填写。').first().waitFor();
    await page.getByLabel('标题').fill('网点没有无障碍通道');
    await page.getByLabel('事情经过').fill('坐轮椅进不去。');
    await page.getByLabel('姓名').fill('郑芳');
    await page.getByLabel('电话号码').fill('not a number');
    await page.getByRole('button', { name: '登记', exact: true }).click();
    await page.getByText(/号码/).last().waitFor();
    await expectAccessible(page, 'new order');
    await page.getByLabel('电话号码').fill(freshPhone());
    await page.getByRole('button', { name: '登记', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: '网点没有无障碍通道' }).waitFor();
  });
});
