//! A ledger of past complaints in the browser: its columns found, a word given its meaning, its rows previewed and taken, its
//! faults downloaded, and the same file taken again without harm. A regulator's list beside it.

import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './harness/axe.ts';
import { settled, withBrowser } from './harness/browser.ts';
import { drawer } from './harness/order.ts';
import { as, ask } from './harness/people.ts';

withBrowser();

function file(name: string, lines: string[]) {
  return { name, mimeType: 'text/csv', buffer: Buffer.from(`\ufeff${lines.join('\r\n')}\r\n`) };
}

const choose = (page: Page, chosen: ReturnType<typeof file>) => page.locator('input[type=file]').setInputFiles(chosen);

/** Chooses what a select offers under this label. */
async function pick(page: Page, label: string, option: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).click();
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: option }).first().click();
}

async function close(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.locator('.ant-drawer-content-wrapper').waitFor({ state: 'detached' });
}

describe('a ledger of past complaints', () => {
  it('is mapped, previewed, taken, and taken again without harm', { timeout: 120_000 }, async () => {
    const page = await as('officer', { at: '/imports' });
    await page.getByRole('link', { name: '历史投诉', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: '导入历史投诉' }).waitFor();
    // A heading that no other run had, so that no kept mapping fits.
    const mark = Date.now();
    const kept = `产品${mark}`;
    const head = `投诉编号,受理日期,办结日期,投诉内容,处理结果,投诉人,${kept}`;
    const rows = [
      `H-1-${mark},2025-03-02,2025-03-10,王小花称年费多收,属实,王小花,老产品`,
      `H-2-${mark},2025-03-05,2025-03-09,柜台排队太久,不属实,,老产品`,
      `H-3-${mark},昨天,2025-03-09,日期写成了字,属实,,老产品`,
    ];
    await choose(page, file('old-ledger.csv', [head, ...rows]));
    await page.getByText('全部 3 行').waitFor();
    // The words of the business mean nothing to the program; the column is kept as it is until a person says what it is.
    await pick(page, '业务类别：文件的列', kept);
    await page.getByText('1 个词未对应').waitFor();
    await page.getByText('可导入 0').waitFor();
    await page
      .getByRole('row', { name: /业务类别/ })
      .getByRole('button')
      .first()
      .click();
    await pick(page, '老产品', '信用卡');
    await page.getByText('可导入 2 · 有误 1').waitFor();
    const preview = page.getByRole('table', { name: '预览' });
    expect(await preview.textContent()).toContain('王**');
    expect(await page.locator('main').textContent()).not.toContain('王小花');
    await settled(page);
    await expectAccessible(page, 'a list of past complaints before it is taken');

    await page.getByRole('button', { name: '开始导入' }).click();
    await drawer(page).getByText('导入结束：新工单 2，先前已导入 0，未接受 1。').waitFor();
    const saving = page.waitForEvent('download');
    await drawer(page).getByRole('button', { name: '下载错误清单' }).click();
    const saved = await readFile((await (await saving).path()) ?? '', 'utf8');
    expect(saved).toContain('4,受理日期,');
    expect(saved).not.toContain('昨天');
    await expectAccessible(page, 'a list of past complaints that was taken');
    await close(page);

    // The mapping is known by now, and so are the rows.
    const mended = rows.map((row) => row.replace('昨天', '2025-03-07'));
    await choose(page, file('another-name.csv', [head, ...mended]));
    await page.getByText('可导入 3').waitFor();
    expect(await page.locator('#past_source').inputValue()).toBe('old-ledger');
    await page.getByRole('button', { name: '开始导入' }).click();
    await drawer(page).getByText('导入结束：新工单 1，先前已导入 2，未接受 0。').waitFor();
    const found = await ask<{ items: unknown[] }>(page, 'GET', '/api/voice/past_lists');
    expect(found.items.length).toBeGreaterThanOrEqual(2);
  });

  it('is refused in words when it is none', async () => {
    const page = await as('officer', { at: '/imports/complaints' });
    await choose(page, { name: 'old.xls', mimeType: '', buffer: Buffer.from('d0cf11e0a1b11ae1', 'hex') });
    await page.getByText('这是旧版 Excel（.xls）文件；请另存为 .xlsx 或 CSV。').waitFor();
  });
});

describe('a list that a regulator passed on', () => {
  it('is shown row by row before it is taken, and says the same the second time', async () => {
    const page = await as('officer', { at: '/imports/regulator' });
    const mark = Date.now();
    const list = file('12378.csv', [
      '转办编号,投诉人,联系电话,投诉内容',
      `J-91-${mark},赵六,13800138991,反映信用卡分期手续费`,
      `J-92-${mark},,,`,
    ]);
    await choose(page, list);
    await page.getByRole('button', { name: '逐行预览' }).click();
    await page.getByText('导入后：').waitFor();
    const rows = page.getByRole('table', { name: '清单的行' });
    await rows.getByRole('row', { name: /J-91-/ }).getByText('新工单').waitFor();
    await rows.getByRole('row', { name: /J-92-/ }).getByText('未接受').waitFor();
    await expectAccessible(page, 'a regulator’s list before it is taken');
    await page.getByRole('button', { name: '导入', exact: true }).click();
    await page.getByText('已导入：').waitFor();
    await rows.getByRole('link', { name: `J-91-${mark}` }).waitFor();
    await page.getByRole('button', { name: '逐行预览' }).click();
    await rows.getByRole('row', { name: /J-91-/ }).getByText('未变').waitFor();
  });
});
