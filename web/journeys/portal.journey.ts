//! The customer portal: filing with a draft and a photo, looking up, withdrawing, and what is published.

import { describe, expect, it } from 'vitest';
import { expectAccessible } from './harness/axe.ts';
import { visit, withBrowser } from './harness/browser.ts';
import { fileComplaint, freshPhone, PHONE, takeCode } from './harness/portal.ts';

withBrowser();

/** The smallest picture there is: one grey point. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
  'base64',
);

describe('filing', () => {
  it('survives a reload with its photo, says what is missing, and ends with a number', async () => {
    const page = await visit({ at: '/portal/file', options: PHONE });
    await page.getByRole('button', { name: '下一步' }).click();
    await page.getByText('请选择一种。').waitFor();
    await page.getByText('请用一句话写明。').waitFor();
    await expectAccessible(page, 'filing, faults');
    await page.getByText('认为银行损害了我的权益，要求解决').click();
    await page.getByLabel('用一句话说是什么事').fill('柜台多收手续费');
    await page.getByLabel('事情的经过').fill('11月20日在网点汇款，手续费收了两次。');
    await page.getByRole('button', { name: '下一步' }).click();
    await page.locator('input[type=file]').setInputFiles({ name: '收据.png', mimeType: 'image/png', buffer: PNG });
    await page.getByRole('img', { name: '收据.png' }).waitFor();
    await expectAccessible(page, 'filing, second page');

    await page.reload();
    await page.getByRole('img', { name: '收据.png' }).waitFor();
    await page.getByRole('button', { name: '下一步' }).click();
    await page.getByLabel('您的姓名').fill('李秀英');
    await page.getByLabel('您的电话').fill('12');
    await page.getByRole('button', { name: '下一步' }).click();
    await page.getByText('请填写能打通的电话号码。').waitFor();
    await page.getByLabel('您的电话').fill(freshPhone());
    await page.getByRole('button', { name: '下一步' }).click();
    await page.getByText('11月20日在网点汇款，手续费收了两次。').waitFor();
    await expectAccessible(page, 'filing, check');
    await takeCode(page);
    await page.getByRole('button', { name: '提交' }).click();
    await page.getByRole('heading', { level: 1, name: '已经收到' }).waitFor();
    expect(await page.locator('.number').innerText()).toMatch(/^XB\d{8}-/);
    expect(await page.getByText('没有传上来').count()).toBe(0);
    await expectAccessible(page, 'receipt');

    // Nothing of it stays on the device.
    expect(await page.evaluate(() => sessionStorage.getItem('xiaobao.portal.draft'))).toBeNull();
    await page.getByRole('link', { name: '回到首页' }).click();
    expect(await page.getByText('上次填写的内容还在。').count()).toBe(0);
  });
});

describe('looking up', () => {
  it('shows how it stands after a code, and lets the customer withdraw', async () => {
    const { receipt } = await fileComplaint({
      title: '短信费没有说明',
      narrative: '每月扣两元短信费，没有人告诉过我。',
      name: '王建国',
      phone: freshPhone(),
    });
    const page = await visit({ at: '/portal/progress', options: PHONE });
    await expectAccessible(page, 'look up');
    await page.getByLabel('受理编号').fill(receipt.toLowerCase());
    await takeCode(page);
    await page.getByLabel('验证码', { exact: true }).fill('000000');
    await page.getByRole('button', { name: '查询' }).click();
    await page.getByText(/编号或验证码不正确/).waitFor();
    await page.getByRole('button', { name: '查询' }).waitFor();

    // The number is still there; the right code of a new request is enough.
    await page.reload();
    await page.getByLabel('受理编号').fill(receipt);
    await takeCode(page);
    await page.getByRole('button', { name: '查询' }).click();
    await page.getByText(receipt).waitFor();
    await expectAccessible(page, 'own matter');
    await page.getByRole('button', { name: '撤回' }).click();
    await page.getByText('撤回后，这件事不再办理。').waitFor();
    await page.getByRole('button', { name: '确定撤回' }).click();
    await page.getByText('已经撤回。').waitFor();
    expect(await page.getByRole('button', { name: '撤回', exact: true }).count()).toBe(0);
  });
});

describe('what is published', () => {
  it.each(['zh', 'en'] as const)('can be read without a code, in %s', async (language) => {
    const page = await visit({ at: '/portal/about', language });
    await page
      .getByText(language === 'zh' ? /15日/ : /15 days/)
      .first()
      .waitFor();
    await page
      .getByText(/000-96000/)
      .first()
      .waitFor();
    await expectAccessible(page, `about in ${language}`);
  });
});

describe('the first page', () => {
  it.each(['zh', 'en'] as const)('is accessible in %s, and a person can be called from it', async (language) => {
    const page = await visit({ at: '/portal', language });
    const call = page.getByRole('link', { name: /000-96000/ });
    expect(await call.getAttribute('href')).toBe('tel:00096000');
    await expectAccessible(page, `portal in ${language}`);
  });

  it('loads no code of the workbench', async () => {
    const page = await visit({ at: '/portal' });
    await page.getByRole('heading', { level: 1 }).waitFor();
    const scripts = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .map((entry) => entry.name)
        .filter((name) => name.endsWith('.js')),
    );
    expect(scripts.filter((name) => /workbench|antd|echarts/.test(name))).toEqual([]);
  });
});
