//! The queue as a place to work on many orders at once, and to take a list out of.

import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './harness/axe.ts';
import { withBrowser } from './harness/browser.ts';
import { drawer, pick } from './harness/order.ts';
import { as } from './harness/people.ts';
import { fileComplaint, freshPhone } from './harness/portal.ts';

withBrowser();

/** Picks the two orders at the head of the queue, which were filed just now, and opens the form of an act. */
async function beginWithTwo(page: Page, act: string): Promise<void> {
  const boxes = page.getByRole('checkbox', { name: /^选择 XB/ });
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await page.getByText('已选 2 件').waitFor();
  await page.getByRole('status').getByRole('button', { name: act, exact: true }).click();
}

/** Looks at what would become of them, and does it. */
async function doIt(page: Page): Promise<void> {
  await drawer(page).getByRole('button', { name: '预览' }).click();
  await drawer(page).getByText('可以办理 2 件').waitFor();
  await drawer(page).getByRole('button', { name: '开始办理' }).click();
  await drawer(page).getByText('已办理 2 件').waitFor();
  await drawer(page).getByText('已完成', { exact: true }).waitFor();
}

async function close(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.locator('.ant-drawer-content-wrapper').waitFor({ state: 'detached' });
}

describe('many orders', () => {
  it('are picked, previewed, done and undone', { timeout: 240_000 }, async () => {
    for (const name of ['钱桂英', '冯国强']) {
      await fileComplaint({ title: '短信提醒重复收费', narrative: '一个月收了两次。', name, phone: freshPhone() });
    }
    const page = await as('officer', { at: '/orders' });
    await page.getByText('短信提醒重复收费').nth(1).waitFor();
    await beginWithTwo(page, '受理');
    await doIt(page);
    await close(page);

    await beginWithTwo(page, '分类');
    await pick(page, '渠道', '营业现场');
    await pick(page, '业务', '人民币储蓄');
    await pick(page, '原因', '信息披露');
    await doIt(page);
    await close(page);

    await beginWithTwo(page, '分派');
    await pick(page, '机构', '客户服务中心');
    await drawer(page).getByRole('button', { name: '预览' }).click();
    await drawer(page).getByText('办理后可以撤销').waitFor();
    await expectAccessible(page, 'preview of many');
    // Going back keeps what was filled in.
    await drawer(page).getByRole('button', { name: '返回修改' }).click();
    await doIt(page);
    // Closed and opened again, the run is still there, and what it did can be taken back.
    await close(page);
    await page.getByRole('button', { name: '上次批量办理' }).click();
    await drawer(page).getByRole('button', { name: '撤销' }).click();
    await drawer(page).getByText('已撤销 2 件').waitFor();
    await expectAccessible(page, 'run that was undone');

    // What cannot be done says so before anything is done.
    await close(page);
    await beginWithTwo(page, '受理');
    await drawer(page).getByRole('button', { name: '预览' }).click();
    await drawer(page).getByText('不能办理 2 件').waitFor();
    expect(await drawer(page).getByRole('button', { name: '开始办理' }).isDisabled()).toBe(true);
  });
});

describe('one’s place', () => {
  it('is kept while one works on an order, and news wait at the head', { timeout: 180_000 }, async () => {
    const page = await as('officer', { at: '/orders?stage=closed,handling,notified,decided' });
    const grid = page.getByRole('grid', { name: '工单' });
    await grid.locator('[data-key]').first().waitFor();
    const active = grid.locator('[data-key][tabindex="0"]');
    const steps = 40;
    for (let step = 0; step < steps; step += 1) await page.keyboard.press('j');
    // The row that the keys act on is in sight, however far down.
    await expect.poll(() => active.count()).toBe(1);
    await expect
      .poll(async () => {
        const [row, box] = await Promise.all([active.boundingBox(), page.locator('main').boundingBox()]);
        return row && box ? row.y > box.y && row.y + row.height <= box.y + box.height : false;
      })
      .toBe(true);
    const id = await active.getAttribute('data-key');
    const top = () => grid.evaluate((element) => element.parentElement?.scrollTop ?? 0);
    const before = await top();
    expect(before).toBeGreaterThan(0);

    await page.keyboard.press('o');
    await page.getByText(/^第 40 件，共/).waitFor();
    await page.keyboard.press('j');
    await page.getByText(/^第 41 件，共/).waitFor();
    await page.keyboard.press('k');
    await page.waitForURL(new RegExp(`${id}$`));
    await page.getByText(/^第 40 件，共/).waitFor();
    await page.keyboard.press('q');
    await page.waitForURL(/stage=/);
    await expect.poll(async () => (await active.count()) && active.getAttribute('data-key')).toBe(id);
    expect(Math.abs((await top()) - before)).toBeLessThan(100);
  });

  it('is not lost to what colleagues do', { timeout: 180_000 }, async () => {
    const page = await as('officer', { at: '/orders' });
    const grid = page.getByRole('grid', { name: '工单' });
    await grid.locator('[data-key]').nth(5).waitFor();
    const first = await grid.locator('[data-key]').first().getAttribute('data-key');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    const active = grid.locator('[data-key][tabindex="0"]');
    const standing = await active.getAttribute('data-key');
    await fileComplaint({ title: '自助机吞卡', narrative: '卡被吞了。', name: '石磊', phone: freshPhone() });
    const news = page.getByRole('status', { name: '列表变动' }).getByRole('button');
    await news.waitFor();
    expect(await grid.locator('[data-key]').first().getAttribute('data-key')).toBe(first);
    expect(await active.getAttribute('data-key')).toBe(standing);
    await news.click();
    await grid.getByText('自助机吞卡').first().waitFor();
  });
});

describe('a view', () => {
  it('is saved under a name, found again after a reload, and removed', { timeout: 120_000 }, async () => {
    const page = await as('handler', { at: '/orders?clock=overdue&matter=complaint' });
    await page.getByRole('button', { name: /视图/ }).click();
    await page.getByLabel('视图名称').fill('我的超期投诉');
    await page.getByRole('button', { name: '保存当前筛选', exact: true }).click();
    await page.goto('/orders');
    await page.getByRole('button', { name: /视图/ }).click();
    await page.getByRole('button', { name: '我的超期投诉', exact: true }).click();
    await page.waitForURL(/clock=overdue/);
    expect(page.url()).toContain('matter=complaint');
    await page.getByRole('button', { name: '我的超期投诉' }).first().click();
    await page.getByRole('button', { name: '删除视图“我的超期投诉”' }).click();
    await expect.poll(() => page.getByRole('button', { name: '删除视图“我的超期投诉”' }).count()).toBe(0);
  });
});

describe('the list', () => {
  it('is taken out as a workbook, masked', { timeout: 120_000 }, async () => {
    const page = await as('officer', { at: '/orders?stage=closed' });
    await page.getByRole('button', { name: '导出' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: '下载' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^orders-\d{4}-\d{2}-\d{2}\.xlsx$/);
    const bytes = await readFile(await download.path());
    // A workbook is a ZIP file, and this one holds rows.
    expect(bytes.subarray(0, 2).toString()).toBe('PK');
    expect(bytes.length).toBeGreaterThan(2_000);
  });

  it('cannot be taken out by who may not', { timeout: 120_000 }, async () => {
    const page = await as('handler', { at: '/orders' });
    await page.locator('[role=grid] [data-key]').first().waitFor();
    expect(await page.getByRole('button', { name: '导出' }).count()).toBe(0);
  });
});
