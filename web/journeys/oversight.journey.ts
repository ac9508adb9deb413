//! What follows from complaints: a rectification opened and pressed for, a teaching case confirmed, a report made and checked.

import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './harness/axe.ts';
import { withBrowser } from './harness/browser.ts';
import { pick } from './harness/order.ts';
import { as, ask } from './harness/people.ts';

withBrowser();

/** A day that no rule finds too far away. */
function soon(): string {
  const days = 60;
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

describe('after the answer', () => {
  it('an officer opens a rectification and presses for it', { timeout: 120_000 }, async () => {
    const page = await as('officer');
    await page.goto('/rectifications');
    await page.getByRole('button', { name: '立项整改' }).click();
    const form = page.locator('.ant-drawer').last();
    const title = '扣费短信提醒晚到';
    await form.getByLabel('整改事项').fill(title);
    await form.getByLabel('发现的问题').fill('扣费提醒在次日才发出，客户以为被多扣。');
    await form.getByLabel('根本原因').click();
    await page.locator('.ant-select-item-option').first().click();
    await pick(page, '整改范围', '信用卡部');
    await pick(page, '整改机构', '消费者权益保护部');
    await form.getByLabel('责任人').click();
    await page.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: 'officer' }).first().click();
    await form.getByLabel('整改期限').fill(soon());
    await form.getByLabel('整改期限').press('Tab');
    await form.getByLabel('整改措施 1').last().fill('改为实时发送');
    await form.locator('button[type=submit]').click();
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    await page.locator('.ant-drawer-content-wrapper').waitFor({ state: 'detached' });
    await page.getByText('1. 改为实时发送').waitFor();
    await expectAccessible(page, 'a rectification');

    await page.getByRole('button', { name: '督办', exact: true }).click();
    await form.getByLabel('说明').fill('请本周内完成。');
    await form.locator('button[type=submit]').click();
    await page.getByText('已完成：督办').waitFor();
    await page.getByText('请本周内完成。').first().waitFor();

    await page.goto('/rectifications?stage=open');
    await page.getByRole('link', { name: title }).first().waitFor();
  });

  it('a case is published by somebody else than its writer', { timeout: 120_000 }, async () => {
    const officer = await as('officer');
    const { items } = await ask<{ items: { id: string }[] }>(
      officer,
      'GET',
      '/api/voice/orders?stage=closed&matter=complaint&limit=1',
    );
    const { id } = await ask<{ id: string }>(officer, 'POST', '/api/voice/cases', {
      order: items[0]?.id,
      lessons: '扣费之前先提醒，口径前后一致。',
      tags: ['提醒'],
    });
    await officer.goto(`/cases/${id}`);
    const confirm = (page: typeof officer) => page.getByRole('button', { name: '确认发布' });
    await confirm(officer).waitFor();
    expect(await confirm(officer).isDisabled()).toBe(true);

    const page = await as('president');
    await page.goto(`/cases/${id}`);
    await page.getByText('扣费之前先提醒，口径前后一致。').waitFor();
    await expectAccessible(page, 'a case to confirm');
    await confirm(page).click();
    await page.locator('.ant-drawer').last().locator('button[type=submit]').click();
    await page.getByText('已完成：确认发布').waitFor();

    const reader = await as('handler');
    await reader.goto('/cases?tag=提醒');
    await reader.locator('tbody a').first().waitFor();
    expect(await reader.locator(`tbody a[href*="${id}"]`).count()).toBe(1);
  });

  it('a report is made, counts the same again, and leaves as a workbook', { timeout: 120_000 }, async () => {
    const page = await as('officer');
    await page.goto('/reports');
    await page.getByRole('button', { name: '编制报表' }).click();
    const form = page.locator('.ant-drawer').last();
    await pick(page, '机构', '示范农村商业银行总行');
    await form.locator('button[type=submit]').click();
    await page.locator('.ant-drawer-content-wrapper').waitFor({ state: 'detached' });
    await page.getByRole('heading', { level: 2, name: '版次' }).waitFor();
    await expectAccessible(page, 'a report');
    await page.getByRole('button', { name: '重新核对' }).click();
    await page.getByText('重新计算的结果与这一版完全一致。').waitFor();
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: '下载 xlsx' }).click();
    const bytes = await readFile(await (await waiting).path());
    expect(bytes.subarray(0, 2).toString()).toBe('PK');
  });
});
