//! A scenario is proven before it goes live: a draft against what was decided, beside what is live.

import { describe, expect, it } from 'vitest';
import { expectAccessible } from './harness/axe.ts';
import { settled, withBrowser } from './harness/browser.ts';
import { draftStrict, eventSender, riskyTransfer } from './harness/guard.ts';
import { drawer } from './harness/order.ts';
import { as } from './harness/people.ts';

withBrowser();

describe('a backtest', () => {
  it('is started from a draft, counted, read with the keys, and leads to decisions', { timeout: 240_000 }, async () => {
    const page = await as('officer', { at: '/backtests' });
    await page.getByRole('heading', { level: 1, name: '回测' }).waitFor();
    const draft = await draftStrict(page, 'backtest');
    await page.goto(`/scenarios/${draft}`);
    await page.getByRole('button', { name: '回测', exact: true }).click();
    await drawer(page).getByText('只采用该日之前已知的结果').waitFor();
    await settled(page);
    await expectAccessible(page, 'starting a backtest');
    await drawer(page).getByRole('button', { name: '开始回测' }).click();
    await page.waitForURL(/\/backtests\/bt_/);
    await page.getByText('已完成', { exact: true }).waitFor({ timeout: 60_000 });
    await page.locator('canvas').first().waitFor();
    await expectAccessible(page, 'a backtest');

    // The figures follow the threshold at once, by the keys alone.
    const slider = page.getByRole('slider');
    await slider.focus();
    await page.keyboard.press('Home');
    const low = await slider.getAttribute('aria-valuetext');
    await page.keyboard.press('End');
    expect(await slider.getAttribute('aria-valuetext')).not.toBe(low);

    // From a cell of the matrix to its decisions, and to one of them.
    await page.getByRole('link', { name: /由“放行”变为“暂缓支付”/ }).click();
    await page.waitForURL(/live=allow/);
    const list = page.locator('#differences');
    await list.getByText('暂缓支付').first().waitFor();
    expect(await list.getByText('核实交易').count()).toBe(0);
    await list.getByRole('link').first().click();
    await page.waitForURL(/\/decisions\/de_/);
    await page.goto('/backtests');
    await page
      .getByRole('link', { name: /第 \d+ 版|v\d+/ })
      .first()
      .waitFor();
    await expectAccessible(page, 'backtests');
  });
});

describe('what is being written', () => {
  it('is tried on the newest decisions without being kept', { timeout: 180_000 }, async () => {
    const page = await as('officer');
    const draft = await draftStrict(page, 'try');
    await page.goto(`/scenarios/${draft}?write=true`);
    await page.getByText('检查通过').waitFor();
    await page.getByRole('button', { name: '用最近 1,000 笔试算' }).click();
    await drawer(page).getByText('every_payment').first().waitFor();
    await drawer(page).locator('canvas').first().waitFor();
    await settled(page);
    await expectAccessible(page, 'a try');
    expect(await drawer(page).locator('a[href^="/decisions/"]').count()).toBeGreaterThan(0);
  });
});

describe('a shadow', () => {
  it('runs beside what is live, is compared, and ends', { timeout: 240_000 }, async () => {
    const page = await as('officer');
    const draft = await draftStrict(page, 'shadow');
    await page.goto(`/scenarios/${draft}`);
    await page.getByRole('button', { name: '影子运行', exact: true }).click();
    await drawer(page).getByText('同时最多四个').waitFor();
    await settled(page);
    await expectAccessible(page, 'starting a shadow');
    await drawer(page).getByRole('button', { name: '开始影子运行' }).click();
    await page.waitForURL(/\/shadows\/bt_/);
    await page.getByText('还没有可以对照的决策').waitFor();
    await expectAccessible(page, 'a shadow without decisions');
    const decide = await eventSender(await as('admin'));
    await decide(riskyTransfer(`shadowed-${Date.now()}`));
    await page.getByText('1 笔中 1 笔不同').waitFor({ timeout: 60_000 });
    await page.locator('canvas').first().waitFor();
    await expectAccessible(page, 'a shadow');
    expect(await page.locator('#differences').getByRole('link').count()).toBe(1);
    await page.getByRole('button', { name: '结束影子运行' }).click();
    await page.getByText('已终止', { exact: true }).waitFor();
  });
});
