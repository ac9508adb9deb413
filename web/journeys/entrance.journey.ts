//! Coming in, staying in, and leaving.

import { describe, expect, it } from 'vitest';
import { expectAccessible } from './harness/axe.ts';
import { visit, withBrowser } from './harness/browser.ts';
import { as, PASSWORD } from './harness/people.ts';

withBrowser();

describe('signing in', () => {
  it('is told when the password is wrong, and comes to the page that was asked for when it is right', async () => {
    const page = await visit({ at: '/account' });
    await expectAccessible(page, 'sign-in');
    await page.getByLabel('工号').fill('handler');
    await page.getByLabel('密码', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByText('工号或密码不正确。').waitFor();
    await page.getByLabel('密码', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('heading', { level: 1, name: '我的账号' }).waitFor();
    await expectAccessible(page, 'account');
  });

  it('speaks English to who asks for it', async () => {
    const page = await visit({ language: 'en', at: '/account' });
    await page.getByRole('heading', { name: 'Sign in to Xiaobao' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
    await expectAccessible(page, 'sign-in in English');
  });
});

describe('a session that ends', () => {
  it('covers the other tab, keeps what was typed there, and goes on after signing in again', async () => {
    const page = await as('handler', { at: '/account' });
    await page.getByLabel('新密码', { exact: true }).fill('half a thought');
    const other = await page.context().newPage();
    await other.goto('/account');
    await other.getByRole('button', { name: /账号菜单/ }).click();
    await other.getByRole('menuitem', { name: '退出登录' }).click();
    await other.getByRole('heading', { name: '登录消保工作台' }).waitFor();

    await page.getByRole('heading', { name: '请重新登录' }).waitFor();
    await page.locator('[data-covers-page]').getByLabel('密码').fill(PASSWORD);
    await page.locator('[data-covers-page]').getByRole('button', { name: '登录', exact: true }).click();
    await page.locator('[data-covers-page]').waitFor({ state: 'detached' });
    expect(await page.getByLabel('新密码', { exact: true }).inputValue()).toBe('half a thought');
  });
});

describe('a server that fails or is gone', () => {
  it('is told with the number of the request, and the rest of the page goes on', { timeout: 120_000 }, async () => {
    const page = await as('handler', { at: '/account', losesNetwork: true });
    const problem = {
      type: '/problems/conflict',
      title: 'x',
      status: 409,
      detail: '暂时不能列出。',
      request_id: 'rq_journey_1',
    };
    await page.route('**/api/voice/approvals', (route) => route.abort());
    await page.route('**/api/voice/day', (route) =>
      route.fulfill({ status: 409, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
    );
    await page.goto('/');
    await page.getByText('暂时不能列出。').first().waitFor();
    await page
      .getByText(/rq_journey_1/)
      .first()
      .waitFor();
    await expectAccessible(page, 'my day with a failure');
    // The other panels and every way out still work; trying again brings what was missing.
    await page.unroute('**/api/voice/day');
    await page.getByRole('button', { name: '再试一次' }).first().click();
    await page.getByRole('link', { name: /^\d+\s*已超期/ }).waitFor();
    await page.context().setOffline(true);
    await page.getByText('网络已断开').waitFor();
    await expectAccessible(page, 'my day without a network');
    await page.context().setOffline(false);
    await expect.poll(() => page.getByText('网络已断开').count()).toBe(0);
  });
});

describe('the looks', () => {
  it('are chosen and kept: denser, darker, in English', { timeout: 120_000 }, async () => {
    const page = await as('handler', { at: '/orders' });
    const row = page.locator('[role=grid] [data-key]').first();
    const height = async () => (await row.boundingBox())?.height ?? 0;
    await row.waitFor();
    const before = await height();
    const choose = async (title: string, item: string) => {
      await page.getByRole('button', { name: title }).click();
      await page.getByRole('menuitem', { name: item }).click();
      await page.keyboard.press('Escape');
    };
    await choose('显示设置', '紧凑');
    await expect.poll(height).toBeLessThan(before);
    await choose('显示设置', '深色');
    await page.locator('html[data-dark]').waitFor({ state: 'attached' });
    await choose('显示设置', 'English');
    await page.getByRole('heading', { level: 1, name: 'Orders' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Orders' }).waitFor();
    await row.waitFor();
    expect(await height()).toBeLessThan(before);
  });
});

describe('an address that leads nowhere', () => {
  it('says so inside the workbench', async () => {
    const page = await as('handler', { at: '/no/such/page' });
    await page.getByRole('heading', { name: '没有这个页面' }).waitFor();
    await expectAccessible(page, 'missing page');
  });
});
