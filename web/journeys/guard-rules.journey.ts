//! What decisions rest on, changed by two people: an entry of a list, proposed by a file, and a version of a scenario.

import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './harness/axe.ts';
import { settled, withBrowser } from './harness/browser.ts';
import { drawer } from './harness/order.ts';
import { as } from './harness/people.ts';

withBrowser();

/** Fills the form of a change with everything but its values. */
async function describeChange(page: Page): Promise<void> {
  const form = drawer(page);
  await form.getByLabel('名单', { exact: true }).click();
  await page.locator('.ant-select-item-option-content', { hasText: '本行关注账户' }).last().click();
  await form.getByLabel('理由').fill('多人投诉的收款账户');
  await form.getByLabel('来源').fill('本行');
}

describe('a list', () => {
  it('takes a file, tells its bad rows, and holds when a second person approves', { timeout: 180_000 }, async () => {
    const page = await as('officer', { at: '/guard-lists' });
    await page.getByText('本行关注账户').first().waitFor();
    await expectAccessible(page, 'lists');
    await page.keyboard.press('n');
    await describeChange(page);
    await drawer(page).getByText('上传文件', { exact: true }).click();
    const rows = ['value', '6222****0001', '6217000055556666', '****'];
    await drawer(page)
      .locator('input[type=file]')
      .setInputFiles({
        name: 'accounts.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(rows.join('\n')),
      });
    await expectAccessible(page, 'proposing a change');
    await drawer(page).getByRole('button', { name: '提出变更' }).click();
    await page.getByText('有 1 行没有收下').waitFor();
    await page.getByText('待复核').first().waitFor();
    await settled(page);
    const address = new URL(page.url());

    // Who proposed it may not approve it, and is told so.
    const own = drawer(page).getByRole('button', { name: '复核通过' });
    expect(await own.isDisabled()).toBe(true);
    expect(await own.getAttribute('aria-description')).toBe('须由提出人以外的另一人复核。');
    const second = await as('officer2', { at: address.pathname + address.search });
    await drawer(second).getByText('6222****0001').waitFor();
    await expectAccessible(second, 'a change of a list');
    await drawer(second).getByRole('button', { name: '复核通过' }).click();
    await second.getByText('已完成：复核通过').waitFor();
    await second.keyboard.press('Escape');
    await second.getByRole('button', { name: '查询是否在名单上' }).click();
    await second.getByLabel('值', { exact: true }).fill('622299990001');
    await second.getByRole('button', { name: '查找' }).click();
    await second.getByRole('dialog').getByText('本行关注账户').waitFor();
  });
});

describe('a scenario', () => {
  it('is written with checks, approved by a second person, and compared', { timeout: 240_000 }, async () => {
    const page = await as('officer', { at: '/scenarios' });
    await page.getByRole('link', { name: '老年客户保护' }).first().click();
    await page.getByRole('button', { name: '起草新版本' }).click();
    const when = page.getByRole('textbox', { name: '条件', exact: true }).first();
    await when.waitFor();
    const before = await when.inputValue();
    await when.fill('pair.newx && amount > 100');
    await page.getByText('处需要更正').waitFor();
    await page.locator('mark').first().waitFor();
    await expectAccessible(page, 'a faulty scenario');
    // The name that was meant is offered, and taken with the keys alone.
    await when.fill('');
    await when.pressSequentially('pair.n');
    const meant = page.getByRole('option', { name: 'pair.new', exact: true });
    await meant.waitFor();
    while ((await meant.getAttribute('aria-selected')) !== 'true') await when.press('ArrowDown');
    await when.press('Enter');
    expect(await when.inputValue()).toBe('pair.new');
    await when.fill(`(${before}) && amount > 100`);
    await page.getByText('检查通过').waitFor();
    await page.getByRole('button', { name: '另存为新草稿' }).click();
    await page.getByText('草稿', { exact: true }).first().waitFor();
    await settled(page);
    expect(await page.getByRole('button', { name: '复核通过并生效' }).isDisabled()).toBe(true);

    const second = await as('officer2', { at: new URL(page.url()).pathname });
    await second.getByLabel('对比').click();
    await second.locator('.ant-select-item-option-content', { hasText: '第 1 版' }).click();
    await second.locator('ins').first().waitFor();
    await expectAccessible(second, 'two versions');
    await second.getByRole('button', { name: '复核通过并生效' }).click();
    await second.getByText('已完成：复核通过并生效').waitFor();
    await second.getByText('生效', { exact: true }).first().waitFor();
    await expectAccessible(second, 'a live scenario');
  });
});
