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
