//! A list of staff with errors: uploaded, its good rows taken, its wrong ones told with line and reason, and taken once mended.

import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './harness/axe.ts';
import { settled, withBrowser } from './harness/browser.ts';
import { drawer } from './harness/order.ts';
import { as, ask } from './harness/people.ts';

withBrowser();

interface Staff {
  items: { number: string; unit: { code: string } }[];
}

function list(rows: string[]) {
  const text = ['工号,姓名,电话,机构号,角色', ...rows].join('\r\n');
  return { name: '员工.csv', mimeType: 'text/csv', buffer: Buffer.from(`\ufeff${text}\r\n`) };
}

describe('an import', () => {
  it('takes good rows and tells wrong ones', { timeout: 120_000 }, async () => {
    const page = await as('admin', { at: '/imports' });
    const { items } = await ask<Staff>(page, 'GET', '/api/people/staff?limit=1');
    const unit = items[0]?.unit.code;
    expect(unit).toBeTruthy();
    await page.getByLabel('清单', { exact: true }).click();
    await page.locator('.ant-select-item-option', { hasText: '员工' }).click();
    await page
      .locator('input[type=file]')
      .setInputFiles(
        list([
          `imp01,王一,13800138001,${unit},teller`,
          'imp02,王二,13800138002,NOWHERE,teller',
          `imp03,,1,${unit},teller`,
        ]),
      );
    await page.getByRole('button', { name: '上传并导入' }).click();
    await drawer(page).getByText('导入结束：新增 1，变更 0').waitFor();
    const errors = drawer(page).getByRole('table');
    await errors.getByText('没有这个机构。').waitFor();
    expect(await errors.getByRole('row').filter({ hasText: '没有这个机构。' }).textContent()).toContain('3');
    await settled(page);
    await expectAccessible(page, 'an import with errors');
    const saving = page.waitForEvent('download');
    await drawer(page).getByRole('button', { name: '下载错误清单' }).click();
    const saved = await readFile((await (await saving).path()) ?? '', 'utf8');
    expect(saved).toContain('没有这个机构。');
    expect(saved).not.toContain('王二');
    await page.keyboard.press('Escape');
    await page.locator('.ant-drawer-content-wrapper').waitFor({ state: 'detached' });

    // Mended and uploaded again: what was taken stays as it is.
    await page
      .locator('input[type=file]')
      .setInputFiles(list([`imp01,王一,13800138001,${unit},teller`, `imp02,王二,13800138002,${unit},teller`]));
    await page.getByRole('button', { name: '上传并导入' }).click();
    await drawer(page).getByText('导入结束：新增 1，变更 0，错误 0。').waitFor();
    await drawer(page).getByText('没有错误。').waitFor();
    await expectAccessible(page, 'an import without errors');
  });
});
