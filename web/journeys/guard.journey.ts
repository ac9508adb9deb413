//! A transfer that is stopped at the counter: opened by hand, talked about with the keyboard alone, settled; a decision that a
//! system asked for, followed to its interception.

import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './harness/axe.ts';
import { settled, withBrowser } from './harness/browser.ts';
import { eventSender, HEAD, LOBBY, openInterception, riskyTransfer, TELLER } from './harness/guard.ts';
import { begin, drawer, send } from './harness/order.ts';
import { as, ask } from './harness/people.ts';

withBrowser();

const outcome = (page: Page) => page.getByRole('region', { name: '当前要求' });
const question = (page: Page) => page.getByRole('heading', { level: 2 }).first();

interface State {
  version: number;
}

describe('an interception', () => {
  it('is opened by hand, talked about with the keyboard alone, and settled', { timeout: 180_000 }, async () => {
    const page = await as(TELLER, { at: '/interceptions' });
    await page.getByRole('button', { name: '登记拦截' }).click();
    await page.getByLabel('金额').fill('50000');
    await page.getByLabel('客户姓名').fill('王桂芳');
    await page.getByLabel('收款账号').fill('62170000 9999 0001');
    await page.getByLabel('发现的情况').fill('要求转到“安全账户”');
    await page.getByText('收款人不熟悉').click();
    await page.getByText('转账用途').click();
    await expectAccessible(page, 'opening an interception');
    await page.getByRole('button', { name: '登记并开始看听问' }).click();

    // From here on the hand stays on the keys.
    await page.getByText('第 1 项').waitFor();
    await expectAccessible(page, 'the dialogue');
    await page.keyboard.press('1');
    await page.getByText('第 2 项').waitFor();
    await page.keyboard.press('1');
    await page.getByText('第 3 项').waitFor();
    expect(await outcome(page).innerText()).toContain('核实交易');
    // A step back, another answer, and on: what was said first is no longer held.
    await page.keyboard.press('ArrowLeft');
    await page.getByText('第 2 项').waitFor();
    expect(await page.locator('button[aria-pressed=true]').innerText()).toContain('没有');
    await page.keyboard.press('3');
    await page.getByText('要求由“核实交易”变为“暂缓支付”').waitFor();
    await page.getByText('第 3 项').waitFor();
    for (const [place, key] of [
      [3, '3'],
      [4, '2'],
      [5, '4'],
      [6, '1'],
    ] as const) {
      await page.getByText(`第 ${place} 项`).waitFor();
      await page.keyboard.press(key);
      await page.getByText(`第 ${place} 项`).waitFor({ state: 'detached' });
    }
    while (!(await question(page).innerText()).includes('已完成')) {
      const before = await question(page).innerText();
      await page.keyboard.press('1');
      await expect.poll(() => question(page).innerText()).not.toBe(before);
    }
    expect(await outcome(page).innerText()).toContain('拒绝交易');
    await expectAccessible(page, 'after the dialogue');

    // A relative is called, also by a key; Escape closes the form and loses nothing.
    await page.keyboard.press('f');
    await drawer(page).getByLabel('联系了谁，说了什么').fill('女儿说没有听说过。');
    await page.keyboard.press('Escape');
    await page.locator('.ant-drawer-content-wrapper').waitFor({ state: 'detached' });
    await page.keyboard.press('f');
    expect(await drawer(page).getByLabel('联系了谁，说了什么').inputValue()).toBe('女儿说没有听说过。');
    await drawer(page).getByText('不知情或劝阻').click();
    await expectAccessible(page, 'calling a relative');
    await send(page, '联系家属');
    await page.keyboard.press('x');
    await drawer(page).getByText('劝阻成功').click();
    expect(await drawer(page).getByLabel('实际转出金额').inputValue()).toBe('0.00');
    await drawer(page).getByLabel('说明').fill('客户决定不汇了。');
    // Which kind of scam it was must be said; the server says so beside the field.
    await drawer(page).getByRole('button', { name: '登记结果', exact: true }).click();
    await drawer(page).getByText('劝阻成功和警方接手须写明诈骗类型').waitFor();
    await drawer(page).getByLabel('诈骗类型').click();
    await page.locator('.ant-select-item-option-content').first().click();
    await send(page, '登记结果');
    await page.keyboard.press('Escape');
    await page.getByText('挽回金额').waitFor();
    await page.getByText('¥50,000.00').first().waitFor();
    await expectAccessible(page, 'a settled interception');
  });

  it('shows a colleague’s answer before one’s own overtakes it', { timeout: 120_000 }, async () => {
    const page = await as(TELLER);
    const id = await openInterception(page, '一边打电话一边办理');
    const lobby = await as(LOBBY);
    await page.goto(`/interceptions/${id}/dialogue`);
    await page.getByText('第 1 项').waitFor();
    // The colleague is faster by a moment: while the answer is on its way.
    await page.route(
      '**/answer',
      async (route) => {
        const { version } = await ask<State>(lobby, 'GET', `/api/guard/interceptions/${id}`);
        await ask(lobby, 'POST', `/api/guard/interceptions/${id}/note`, { version, words: '大堂经理到场。' });
        await route.continue();
      },
      { times: 1 },
    );
    await page.keyboard.press('2');
    await page.getByText('内容刚刚有变动').waitFor();
    await expectAccessible(page, 'a conflict in the dialogue');
    await page.getByRole('button', { name: '知道了，继续' }).click();
    await page.getByText('第 2 项').waitFor();
    await page.keyboard.press('ArrowLeft');
    expect(await page.locator('button[aria-pressed=true]').innerText()).toContain('神色紧张');
  });
});

describe('a decision', () => {
  it('shows why, and leads to its interception', { timeout: 180_000 }, async () => {
    const decide = await eventSender(await as('admin'));
    await decide(riskyTransfer(`journey-${Date.now()}`));
    const page = await as(TELLER, { at: '/decisions' });
    await page.getByRole('grid').getByRole('link').first().waitFor();
    await expectAccessible(page, 'the feed');
    // What is decided while somebody looks appears by itself, and not while the feed stands.
    const rows = page.locator('[role=grid] [data-key]');
    const before = await rows.count();
    await decide(riskyTransfer(`journey-${Date.now()}-2`));
    await expect.poll(() => rows.count(), { timeout: 15_000 }).toBe(before + 1);
    await page.keyboard.press('p');
    await page.getByText('已暂停').waitFor();

    await rows.first().getByRole('link').click();
    await page.getByRole('heading', { name: '得分构成' }).waitFor();
    await settled(page);
    await expectAccessible(page, 'a decision');
    expect(await page.locator('main').innerText()).not.toContain('6217000012345678');
    await page.getByRole('button', { name: '登记拦截' }).click();
    await page.getByText('第 1 项').waitFor();
    await page.keyboard.press('Escape');
    await begin(page, '记录');
    await drawer(page).getByLabel('说明').fill('已请客户到贵宾室。');
    await send(page, '记录');
    await page.getByText('已请客户到贵宾室。').waitFor();

    const head = await as(HEAD, { at: '/interceptions' });
    await head.locator('[role=grid] [data-key]').first().waitFor();
    await expectAccessible(head, 'interceptions');
  });
});

interface Listed {
  items: { id: string }[];
}

for (const language of ['zh', 'en'] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    describe(`the guard’s pages in ${language}, ${colorScheme}`, () => {
      it('are in order', { timeout: 180_000 }, async () => {
        const decide = await eventSender(await as('admin'));
        const decision = await decide(riskyTransfer(`axe-${language}-${colorScheme}-${Date.now()}`));
        const looks = { language, options: { colorScheme } };
        const teller = await as(TELLER, looks);
        const interception = await openInterception(teller, '要求转到“安全账户”');
        const officer = await as('officer', looks);
        const { items } = await ask<Listed>(officer, 'GET', '/api/guard/scenarios');
        const scenario = items[0]?.id ?? '';
        for (const [page, path] of [
          [teller, `/interceptions/${interception}`],
          [teller, `/interceptions/${interception}/dialogue`],
          [teller, `/decisions/${decision}`],
          [officer, `/scenarios/${scenario}`],
          [officer, `/scenarios/${scenario}?write=true`],
        ] as const) {
          await page.goto(path);
          await settled(page);
          await expectAccessible(page, path);
        }
      });
    });
  }
}
