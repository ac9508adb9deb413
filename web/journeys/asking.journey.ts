//! Asking before one pays, on the portal: a message, an account and a telephone number, in both languages.

import { describe, expect, it } from 'vitest';
import { expectAccessible } from './harness/axe.ts';
import { settled, visit, withBrowser } from './harness/browser.ts';
import { PHONE } from './harness/portal.ts';

withBrowser();

const WORDS = {
  zh: {
    message: /一条短信或聊天内容/,
    label: '对方说了什么',
    send: '帮我看看',
    missing: '请粘贴或写下对方的话。',
    stop: /很像诈骗/,
    sign: /不会向您要|都不会向您要/,
    again: '再问一个',
    account: /一个收款账户/,
    number: '收款账户或卡号',
    calm: /不等于安全|先别付款/,
  },
  en: {
    message: /A message or chat/,
    label: 'What they said',
    send: 'Have a look',
    missing: 'Paste or write what they said.',
    stop: /very much like fraud/,
    sign: /No true member of staff/,
    again: 'Ask about something else',
    account: /An account that wants money/,
    number: 'Account or card number of the payee',
    calm: /does not mean that it is safe|Do not pay yet/,
  },
} as const;

describe('asking before one pays', () => {
  for (const language of ['zh', 'en'] as const) {
    it(`says what to do, and keeps nothing, in ${language}`, { timeout: 120_000 }, async () => {
      const words = WORDS[language];
      const page = await visit({ at: '/portal/ask', language, options: PHONE });
      await settled(page);
      await expectAccessible(page, `asking in ${language}`);
      await page.getByRole('button', { name: words.message }).click();
      await page.getByRole('button', { name: words.send }).click();
      await page.getByText(words.missing).waitFor();
      await expectAccessible(page, `asking in ${language}, fault`);
      await page.getByLabel(words.label).fill('把刚收到的验证码发给我 tell me the verification code');
      await page.getByRole('button', { name: words.send }).click();
      await page.getByRole('heading', { level: 1, name: words.stop }).waitFor();
      await page.getByText(words.sign).waitFor();
      await expectAccessible(page, `advice in ${language}`);

      // An account: whatever the answer rests on, it tells no list.
      await page.getByRole('button', { name: words.again }).click();
      await page.getByRole('button', { name: words.account }).click();
      await page.getByLabel(words.number).fill('6217 0000 0000 1234');
      await page.getByRole('button', { name: words.send }).click();
      await page.getByRole('heading', { level: 1, name: words.calm }).waitFor();
      expect(page.url()).toMatch(/\/portal\/ask$/);
      const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
      expect(kept).not.toContain('1234');
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, 'pixels to scroll sideways').toBeLessThanOrEqual(0);
    });
  }

  it('goes on by itself when a puzzle is asked for', { timeout: 120_000 }, async () => {
    const page = await visit({ at: '/portal/ask', options: PHONE });
    // More questions than are free, whatever other journeys asked before.
    for (let n = 0; n < 7; n += 1) {
      await page.getByRole('button', { name: WORDS.zh.account }).click();
      await page.getByLabel(WORDS.zh.number).fill(`62170000000012${30 + n}`);
      await page.getByRole('button', { name: WORDS.zh.send }).click();
      await page.getByRole('heading', { level: 1, name: WORDS.zh.calm }).waitFor();
      await page.getByRole('button', { name: WORDS.zh.again }).click();
    }
    await page.getByRole('button', { name: WORDS.zh.account }).waitFor();
  });
});
