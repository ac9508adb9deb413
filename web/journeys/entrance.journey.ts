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

describe('an address that leads nowhere', () => {
  it('says so inside the workbench', async () => {
    const page = await as('handler', { at: '/no/such/page' });
    await page.getByRole('heading', { name: '没有这个页面' }).waitFor();
    await expectAccessible(page, 'missing page');
  });
});
