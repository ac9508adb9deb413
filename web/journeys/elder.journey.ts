//! The elder edition, with the published numbers asserted on what the browser really draws.

import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { expectAccessible } from './harness/axe.ts';
import { visit, withBrowser } from './harness/browser.ts';
import { begin, fillDecision, notifyAll, openByPhone, send, takeIn } from './harness/order.ts';
import { as } from './harness/people.ts';
import { fileComplaint, freshPhone, PHONE, takeCode } from './harness/portal.ts';

withBrowser();

const TEXT_PX_MIN = 18;
const TEXT_PX_MAX = 30;
const LINE_HEIGHT_MIN = 1.3;
const TARGET_PX_MIN = 60;
const STANDARD_TARGET_PX_MIN = 44;

interface Measured {
  what: string;
  fontPx: number;
  line: number;
}

/** Every element that holds text of its own, with the size and line height that are drawn. */
function texts(page: Page): Promise<Measured[]> {
  return page.evaluate(() => {
    const found: Measured[] = [];
    // A letter stands in a part of the page of its own.
    const letters = [...document.querySelectorAll('.sheet')].flatMap(({ shadowRoot }) => shadowRoot ?? []);
    for (const part of [document.body, ...letters]) {
      const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!element || !walker.currentNode.textContent?.trim()) continue;
        const box = element.getBoundingClientRect();
        if (box.width <= 1 || box.height <= 1 || element.closest('.hidden, .skip, noscript, script')) continue;
        const style = getComputedStyle(element);
        const fontPx = Number.parseFloat(style.fontSize);
        const line = style.lineHeight === 'normal' ? 1.2 : Number.parseFloat(style.lineHeight) / fontPx;
        found.push({ what: element.textContent?.slice(0, 30) ?? '', fontPx, line });
      }
    }
    return found;
  });
}

/** Every target that a finger may go for, with the smaller of its two measures; links in running text are excepted. */
function targets(page: Page): Promise<{ what: string; px: number }[]> {
  return page.evaluate(() => {
    const all = [
      ...document.querySelectorAll<HTMLElement>('button, a[href], input, textarea, select, summary, label.choice'),
    ];
    return all.flatMap((element) => {
      const box = element.getBoundingClientRect();
      if (box.width <= 1 || element.closest('.hidden, .skip, li p, dd p')) return [];
      // A radio button is pressed by its whole row.
      if (element instanceof HTMLInputElement && element.type === 'radio') return [];
      if (element instanceof HTMLAnchorElement && getComputedStyle(element).display === 'inline') return [];
      return [{ what: element.textContent?.slice(0, 30) || element.tagName, px: Math.min(box.width, box.height) }];
    });
  });
}

async function expectNumbers(page: Page, name: string): Promise<void> {
  const drawn = await texts(page);
  expect(drawn.length, name).toBeGreaterThan(3);
  expect(
    drawn.filter(({ fontPx }) => fontPx < TEXT_PX_MIN),
    `text on ${name}`,
  ).toEqual([]);
  expect(
    drawn.filter(({ line }) => line < LINE_HEIGHT_MIN),
    `lines on ${name}`,
  ).toEqual([]);
  expect(
    (await targets(page)).filter(({ px }) => px < TARGET_PX_MIN),
    `targets on ${name}`,
  ).toEqual([]);
}

describe('the elder edition', () => {
  it('is entered from the first page, remembered, and leads from one question to the next', async () => {
    const page = await visit({ at: '/portal', options: PHONE });
    await page
      .getByRole('button', { name: /长辈版/ })
      .first()
      .click();
    await page.reload();
    expect(await page.evaluate(() => document.documentElement.dataset.edition)).toBe('elder');
    await expectNumbers(page, 'first page');
    await expectAccessible(page, 'elder first page');

    await page.getByRole('link', { name: /提出投诉/ }).click();
    await page.getByText('第 1 步，共 7 步').waitFor();
    await page.getByText('认为银行损害了我的权益，要求解决').click();
    await expectNumbers(page, 'kind');
    await expectAccessible(page, 'elder kind');
    await page.getByRole('button', { name: '下一步' }).click();
    await page.getByRole('textbox').fill('存折里少了两百块钱。我去问了，没有人说得清。');
    await expectNumbers(page, 'narrative');
    await page.getByRole('button', { name: '下一步' }).click();
    await page.getByRole('button', { name: '下一步' }).click();
    await page.getByRole('button', { name: '下一步' }).click();
    await page.getByRole('textbox').fill('赵桂兰');
    await page.getByRole('button', { name: '下一步' }).click();
    await page.getByRole('textbox').fill(freshPhone());
    await page.getByRole('button', { name: '下一步' }).click();
    // What it is about was made of the first words.
    await page.getByText('存折里少了两百块钱', { exact: true }).waitFor();
    await expectNumbers(page, 'check');
    await expectAccessible(page, 'elder check');
    await takeCode(page);
    await page.getByRole('button', { name: '提交' }).click();
    await page.getByRole('heading', { level: 1, name: '已经收到' }).waitFor();
    await expectNumbers(page, 'receipt');
  });

  it('grows to thirty pixels and no further, and shrinks to eighteen', async () => {
    const page = await visit({ at: '/portal?edition=elder', options: PHONE });
    const size = () => page.evaluate(() => Number.parseFloat(getComputedStyle(document.documentElement).fontSize));
    const larger = page.getByRole('button', { name: '字大一点' });
    while (await larger.isEnabled()) await larger.click();
    expect(await size()).toBe(TEXT_PX_MAX);
    await expectNumbers(page, 'at its largest');
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, 'pixels to scroll sideways').toBeLessThanOrEqual(0);
    const smaller = page.getByRole('button', { name: '字小一点' });
    while (await smaller.isEnabled()) await smaller.click();
    expect(await size()).toBe(TEXT_PX_MIN);
    await expectNumbers(page, 'at its smallest');
  });

  it.each(['/portal', '/portal/ask', '/portal/file', '/portal/progress', '/portal/visit', '/portal/about'])(
    'has a person to call on %s',
    async (at) => {
      const page = await visit({ at: `${at}?edition=elder` });
      const call = page.getByRole('link', { name: /打电话找人工/ });
      await call.waitFor();
      expect(await call.isVisible()).toBe(true);
      await expectNumbers(page, at);
    },
  );

  it('answers whoever asks before they pay, with a line to call', async () => {
    const page = await visit({ at: '/portal?edition=elder', options: PHONE });
    await page.getByRole('link', { name: /付款前，先问一问/ }).click();
    await page.getByRole('button', { name: /一条短信或聊天内容/ }).waitFor();
    await expectNumbers(page, 'asking, the choice');
    await expectAccessible(page, 'asking in the elder edition, the choice');
    await page.getByRole('button', { name: /一条短信或聊天内容/ }).click();
    await page.getByLabel('对方说了什么').fill('您涉嫌洗钱，请把存款转入安全账户，不要告诉家人');
    await expectNumbers(page, 'asking, the message');
    await page.getByRole('button', { name: '帮我看看' }).click();
    await page.getByRole('heading', { level: 1, name: /很像诈骗/ }).waitFor();
    await page.getByText(/都没有“安全账户”/).waitFor();
    expect(await page.getByRole('link', { name: /96110/ }).getAttribute('href')).toBe('tel:96110');
    await expectNumbers(page, 'asking, the advice');
    await expectAccessible(page, 'asking in the elder edition, the advice');
  });

  it('keeps its numbers on one’s own matter, its letters and its questions', { timeout: 240_000 }, async () => {
    const phone = freshPhone();
    const title = '存折换卡没有说明收费';
    const { receipt } = await fileComplaint({ title, narrative: '换卡收了十块钱，没有人说。', name: '邓淑珍', phone });
    const officer = await as('officer', { at: '/orders' });
    await openByPhone(officer, phone, title);
    await takeIn(officer);
    const handler = await as('handler', { at: new URL(officer.url()).pathname });
    await begin(handler, '接收');
    await send(handler, '接收');
    await begin(handler, '作出处理决定');
    await fillDecision(handler);
    await send(handler, '作出处理决定');
    await notifyAll(handler);

    const page = await visit({ at: '/portal/progress?edition=elder', options: PHONE });
    // Digits typed twice as wide, as Chinese keyboards do, mean the same.
    await page
      .getByLabel('受理编号')
      .fill(receipt.replaceAll(/\d/g, (digit) => '０１２３４５６７８９'[Number(digit)] ?? digit));
    await takeCode(page);
    await expectNumbers(page, 'looking up, a code taken');
    await page.getByRole('button', { name: '查询' }).click();
    await page.getByText(receipt).waitFor();
    await expectNumbers(page, 'own matter');
    await page.getByRole('button', { name: '打开' }).last().click();
    await page.getByText('补足利息差额并致歉。').waitFor();
    await expectNumbers(page, 'a letter');
    await expectAccessible(page, 'own matter in the elder edition');
    for (const part of ['评价处理结果', '申请核查', '补充材料'] as const) {
      await page.getByRole('button', { name: part }).click();
      await page.getByRole('heading', { level: 1, name: part }).waitFor();
      await expectNumbers(page, part);
      await expectAccessible(page, `${part} in the elder edition`);
      await page.getByRole('button', { name: '返回' }).click();
    }
  });

  it('is offered to who is sixty, and takes along what was written', async () => {
    const page = await visit({ at: '/portal/file', options: PHONE });
    await page.getByText('有问题想问清楚').click();
    await page.getByLabel('用一句话说是什么事').fill('养老金到账时间');
    await page.getByLabel('事情的经过').fill('请问养老金几号到账？');
    await page.getByRole('button', { name: '下一步' }).click();
    await page.getByRole('button', { name: '下一步' }).click();
    await page.getByLabel('您的姓名').fill('钱爱华');
    await page.getByLabel('您的电话').fill(freshPhone());
    await page.getByLabel(/身份证号码/).fill('110101195001010015');
    await page.getByText(/可以换用长辈版/).waitFor();
    await page
      .locator('main')
      .getByRole('button', { name: /长辈版/ })
      .click();
    await page.getByText('请问养老金几号到账？').waitFor();
    await expectNumbers(page, 'after the change');
  });

  it('says so when the device cannot read aloud', async () => {
    const page = await visit({ at: '/portal?edition=elder' });
    await page.evaluate(() =>
      Object.defineProperty(window, 'speechSynthesis', { value: undefined, configurable: true }),
    );
    await page.getByRole('button', { name: '朗读本页' }).click();
    await page.getByText('这台设备不能朗读。').waitFor();
    await expectNumbers(page, 'without a voice');
  });
});

describe('the standard edition', () => {
  it('has targets of 44 pixels', async () => {
    const page = await visit({ at: '/portal/file', options: PHONE });
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect((await targets(page)).filter(({ px }) => px < STANDARD_TARGET_PX_MIN)).toEqual([]);
  });
});
