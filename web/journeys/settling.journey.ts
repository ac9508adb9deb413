//! A complaint that is settled with help and by agreement, and a return visit that the customer answers by a link.

import type { Page } from 'playwright-core';
import { describe, expect, inject, it } from 'vitest';
import { expectAccessible } from './harness/axe.ts';
import { visit, withBrowser } from './harness/browser.ts';
import { begin, drawer, fillDecision, notifyAll, openByPhone, send, takeIn } from './harness/order.ts';
import { as, ask } from './harness/people.ts';
import { fileComplaint, freshPhone, PHONE } from './harness/portal.ts';

withBrowser();

const DAY_MS = 86_400_000;

/** A telephone message, as the bank's gateway gets it. */
interface Message {
  recipient: string;
  body: string;
}

/** What the bank's gateway for telephone messages fetches, with a token of its own. */
async function messages(): Promise<Message[]> {
  const admin = await as('admin');
  // The first of all units is the head office: the messages are those of the whole bank.
  const { items: units } = await ask<{ items: { id: string }[] }>(admin, 'GET', '/api/people/units?limit=1');
  const { secret } = await ask<{ secret: string }>(admin, 'POST', '/api/people/tokens', {
    name: '短信网关',
    unit: units[0]?.id,
    permissions: ['voice.message.send'],
    expires_at: new Date(Date.now() + DAY_MS).toISOString(),
  });
  const taken: Message[] = [];
  // At most a hundred are given out at once.
  for (let items: Message[] = [{ recipient: '', body: '' }]; items.length > 0; taken.push(...items)) {
    const answer = await fetch(`${inject('base')}/api/voice/messages/take`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}` },
    });
    expect(answer.status).toBe(200);
    ({ items } = (await answer.json()) as { items: Message[] });
  }
  return taken;
}

describe('a settlement', () => {
  it('is sought by mediation and by repayment, and the customer says by the link that it is none', {
    timeout: 240_000,
  }, async () => {
    const phone = freshPhone();
    const title = '逾期后催收过于频繁';
    await fileComplaint({ title, narrative: '失业后还不上，希望分期还。', name: '韩立新', phone });
    const officer = await as('officer', { at: '/orders' });
    await openByPhone(officer, phone, title);
    await takeIn(officer);
    const handler = await as('handler', { at: new URL(officer.url()).pathname });
    await begin(handler, '接收');
    await send(handler, '接收');
    await mediateInVain(handler);
    await agreeOnInstalments(handler);
    await begin(handler, '作出处理决定');
    await fillDecision(handler);
    await send(handler, '作出处理决定');
    await notifyAll(handler);
    await begin(handler, '邀请自助回访');
    await drawer(handler).getByText('只有本人能看到').waitFor();
    await send(handler, '邀请自助回访');

    const invitation = (await messages()).find(({ recipient, body }) => recipient === phone && body.includes('#'));
    const link = new URL(/https?:\S+/.exec(invitation?.body ?? '')?.[0] ?? '');
    expect(link.origin).toBe(inject('base'));
    await sayUnsettled(`${link.pathname}${link.hash}`);

    await handler.getByText('我同意的不是这个方案。').first().waitFor();
    await handler.getByRole('heading', { level: 1 }).getByText('已分派').waitFor();
    await expectAccessible(handler, 'order with a settlement');
  });
});

async function mediateInVain(page: Page): Promise<void> {
  await begin(page, '提交调解');
  await drawer(page).getByLabel('调解组织').click();
  await page.locator('.ant-select-item-option-content').first().click();
  await drawer(page).getByLabel('理由').fill('双方对催收次数说法不一。');
  await expectAccessible(page, 'referring to mediation');
  await send(page, '提交调解');
  await begin(page, '登记调解受理');
  await drawer(page).getByLabel('情况说明').fill('调解组织已受理。');
  await send(page, '登记调解受理');
  await page.getByText('调解中', { exact: true }).waitFor();
  await begin(page, '登记调解未成');
  await drawer(page).getByLabel('情况说明').fill('双方分歧较大。');
  await send(page, '登记调解未成');
  await page.getByText('调解未成', { exact: true }).first().waitFor();
}

async function agreeOnInstalments(page: Page): Promise<void> {
  await begin(page, '提出还款方案');
  await drawer(page).getByLabel('还款总额').fill('36000');
  await drawer(page).getByLabel('减免金额').fill('300');
  await drawer(page).getByLabel('期数（按月）').fill('24');
  const firstOn = new Date(Date.now() + 30 * DAY_MS).toISOString().slice(0, 10);
  await drawer(page).getByLabel('首期还款日').fill(firstOn);
  await expectAccessible(page, 'proposing a repayment');
  await send(page, '提出还款方案');
  await begin(page, '答复还款方案');
  await drawer(page).getByText('同意', { exact: true }).click();
  await expectAccessible(page, 'answering a repayment');
  await send(page, '答复还款方案');
  await page
    .getByText(/36,000\.00.*24 期/)
    .first()
    .waitFor();
  await page.getByText('已达成', { exact: true }).waitFor();
}

/** Follows the link of an invitation, as its receiver does on a telephone. */
async function sayUnsettled(link: string): Promise<void> {
  const page = await visit({ at: link, options: PHONE });
  await page.getByText('没有解决', { exact: true }).waitFor();
  expect(new URL(page.url()).hash, 'the address no longer holds the token').toBe('');
  await expectAccessible(page, 'invitation');
  await page.getByText('没有解决', { exact: true }).click();
  await page.getByText('不满意', { exact: true }).click();
  await page.getByLabel('还想说什么').fill('我同意的不是这个方案。');
  await page.getByRole('button', { name: '提交评价' }).click();
  await page.getByText(/^已收到。/).waitFor();
  await expectAccessible(page, 'answered invitation');
  // The link is for one answer.
  const again = await visit({ at: link, options: PHONE });
  await again.getByRole('alert').waitFor();
  expect(await again.getByText('没有解决', { exact: true }).count()).toBe(0);
}
