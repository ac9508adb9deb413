//! The pictures of the guide, each in both languages, as the pages look today.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, it } from 'vitest';
import { settled, visit, withBrowser } from './harness/browser.ts';
import { draftStrict, eventSender, openInterception, riskyTransfer, TELLER } from './harness/guard.ts';
import { as, ask } from './harness/people.ts';
import { PHONE } from './harness/portal.ts';

withBrowser();

const FOLDER = join(import.meta.dirname, '../../docs/guide/pictures');
const PROOF = { zh: { one: '回测', done: '已完成' }, en: { one: 'Backtest', done: 'Done' } } as const;
const ADMINISTRATION = [
  'organisation',
  'staff',
  'roles',
  'imports/people',
  'jobs',
  'regulations',
  'calendars',
  'ledger',
  'audit',
] as const;
/** A ledger as a branch may have kept it. */
const LEDGER = {
  name: 'branch-ledger.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from(
    [
      '投诉编号,受理日期,办结日期,标题,投诉内容,处理结果,投诉人,联系电话,涉及金额（元）,业务类别',
      '2024-0031,2024-03-04,2024-03-12,信用卡年费争议,未使用的信用卡被收取年费,属实,王芳,13800138031,300,信用卡',
      '2024-0032,2024-03-05,2024-03-08,柜台排队时间长,网点只开一个窗口,部分属实,赵磊,13800138032,,网点服务',
      '2024-0033,2024年3月7日,2024-03-20,贷款利率解释不清,签约时未说明重定价日,不属实,陈静,13800138033,1200,贷款',
      '2024-0034,不详,2024-03-21,账户被错误限制,工资卡无法支取,属实,周洋,13800138034,5600,借记卡',
    ].join('\r\n'),
  ),
};
/** WebP at this quality shows no fault at the size of a page and is a quarter of a PNG. */
const QUALITY = 82;

beforeAll(() => mkdir(FOLDER, { recursive: true }));

async function picture(page: Page, name: string): Promise<void> {
  await settled(page);
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  await writeFile(join(FOLDER, `${name}.webp`), Buffer.from(data, 'base64'));
}

interface Row {
  id: string;
  allowed_actions: { action: string; allowed: boolean }[];
}

/** An order of the handler's that can be decided now; one that the president has in hand cannot. */
async function decidable(page: Page): Promise<string> {
  const address = '/api/voice/orders?handler=me&stage=handling&limit=50';
  const { items } = await ask<{ items: Row[] }>(page, 'GET', address);
  for (const { id } of items) {
    const order = await ask<Row>(page, 'GET', `/api/voice/orders/${id}`);
    if (order.allowed_actions.some(({ action, allowed }) => action === 'decide' && allowed)) return id;
  }
  throw new Error('the handler has nothing to decide');
}

for (const language of ['zh', 'en'] as const) {
  describe(`pictures in ${language}`, () => {
    const desk = { language, options: { viewport: { width: 1360, height: 850 } } };

    it('of a handler’s day', async () => {
      const page = await as('handler', desk);
      await picture(page, `day.${language}`);
      await page.goto('/orders');
      await page.locator('[role=grid] [data-key]').first().waitFor();
      await picture(page, `queue.${language}`);
      // One can pick with the keys alone; every third order makes a preview worth looking at.
      for (const keys of ['jx', 'jjjx', 'jjjx']) for (const key of keys) await page.keyboard.press(key);
      await page.locator('[class*=_region_] button').nth(1).click();
      await page.locator('.ant-drawer button[type=submit]').click();
      await page.locator('.ant-drawer p[role=status]').waitFor();
      await picture(page, `bulk.${language}`);
      await page.goto('/orders/new');
      await picture(page, `new-order.${language}`);
      await page.goto(`/orders/${await decidable(page)}`);
      await page.locator('[data-page-heading]').waitFor();
      await picture(page, `order.${language}`);
      await page.keyboard.press('d');
      await page.locator('.ant-drawer').waitFor();
      await picture(page, `decision.${language}`);
    });

    it('of oversight', async () => {
      const page = await as('president', desk);
      await page.goto('/president');
      await picture(page, `president.${language}`);
      await page.goto('/figures');
      await page.locator('canvas').first().waitFor();
      await picture(page, `figures.${language}`);
      await page.goto('/rectifications');
      await picture(page, `rectifications.${language}`);
    });

    it('of the guard', { timeout: 180_000 }, async () => {
      const decide = await eventSender(await as('admin', desk));
      for (const number of [1, 2, 3]) await decide(riskyTransfer(`picture-${language}-${number}`));
      const teller = await as(TELLER, desk);
      const head = await as('officer', desk);
      await head.goto('/interceptions');
      await head.locator('[role=grid] [data-key]').first().waitFor();
      await picture(head, `interceptions.${language}`);
      const id = await openInterception(teller, '要求转到“安全账户”');
      await teller.goto(`/interceptions/${id}/dialogue`);
      await teller.locator('h2#question').waitFor();
      await teller.keyboard.press('2');
      await teller.getByRole('status').filter({ hasText: /\S/ }).first().waitFor();
      await picture(teller, `dialogue.${language}`);
      await head.goto('/decisions');
      await head.locator('[role=grid] a').first().click();
      await head.locator('dl').first().waitFor();
      await picture(head, `guard-decision.${language}`);
      await head.goto('/guard-lists');
      await picture(head, `guard-lists.${language}`);
      await head.goto('/scenarios');
      await head.locator('td a').first().click();
      await head.locator('pre').first().waitFor();
      await head.goto(`${head.url()}?write=true`);
      await head.locator('textarea').first().waitFor();
      await picture(head, `scenario.${language}`);
    });

    it('of proving scenarios', { timeout: 180_000 }, async () => {
      const page = await as('officer', desk);
      const words = PROOF[language];
      await page.goto(`/scenarios/${await draftStrict(page, `proof-${language}`)}`);
      await page.getByRole('button', { name: words.one, exact: true }).click();
      await page.locator('.ant-drawer button[type=submit]').click();
      await page.waitForURL(/\/backtests\/bt_/);
      await page.getByText(words.done, { exact: true }).waitFor({ timeout: 60_000 });
      await page.locator('canvas').first().waitFor();
      await picture(page, `backtest.${language}`);
      await page.goto('/guard-monitoring');
      await page.locator('canvas').first().waitFor();
      await picture(page, `guard-monitoring.${language}`);
    });

    it('of administration', async () => {
      const page = await as('admin', desk);
      for (const name of ADMINISTRATION) {
        await page.goto(`/${name}`);
        await picture(page, `${name.split('/')[0]}.${language}`);
      }
    });

    it('of past complaints', async () => {
      const page = await as('officer', { ...desk, at: '/imports/complaints' });
      await page.locator('input[type=file]').setInputFiles(LEDGER);
      await page.getByRole('table').nth(1).waitFor();
      await picture(page, `past-lists.${language}`);
    });

    it('of the customer portal', async () => {
      const phone = { language, options: PHONE };
      for (const [name, at] of [
        ['portal', '/portal'],
        ['portal-file', '/portal/file'],
        ['portal-about', '/portal/about'],
        ['portal-visit', '/portal/visit'],
        ['portal-elder', '/portal?edition=elder'],
        ['portal-elder-file', '/portal/file?edition=elder'],
      ] as const) {
        const page = await visit({ ...phone, at });
        await picture(page, `${name}.${language}`);
      }
    });
  });
}
