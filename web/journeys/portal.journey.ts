//! The customer portal: filing with a draft and a photo, looking up, withdrawing, and what is published.

import { describe, expect, it } from 'vitest';
import { expectAccessible } from './harness/axe.ts';
import { visit, withBrowser } from './harness/browser.ts';
import { fileComplaint, freshPhone, PHONE, PNG, takeCode } from './harness/portal.ts';

withBrowser();

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

describe('whoever is clumsy or means harm', () => {
  it('meets words beside the field, and nothing that was typed runs', { timeout: 120_000 }, async () => {
    const page = await visit({ at: '/portal/file', options: PHONE });
    // What lies in the browser's storage may be anything.
    await page.evaluate(() =>
      sessionStorage.setItem(
        'xiaobao.portal.draft',
        '{"title": 7, "narrative": {"a": 1}, "matter": "x", "page": "last"}',
      ),
    );
    await page.reload();
    await page.getByText('认为银行损害了我的权益，要求解决').click();
    const script = '<img src=x onerror="window.ran = true"><script>window.ran = true</script>';
    await page.getByLabel('用一句话说是什么事').fill(script);
    await page.getByLabel('事情的经过').fill(`${script}\n${'很长的一句话'.repeat(400)}\u202e反过来`);
    await page.getByRole('button', { name: '下一步' }).click();
    await page.getByText('金额、日期、账号').click();
    await page.getByLabel('涉及多少钱').fill('两百多块');
    await page.getByRole('button', { name: '下一步' }).click();
    await page.getByText('金额请用数字填写').waitFor();
    await expectAccessible(page, 'filing, an amount that nobody can read');
    await page.getByLabel('涉及多少钱').fill('３００元');

    // Eleven files are two too many, and an empty one is none.
    const files = Array.from({ length: 10 }, () => ({ name: 'image.jpg', mimeType: 'image/png', buffer: PNG }));
    const empty = { name: '空.png', mimeType: 'image/png', buffer: Buffer.alloc(0) };
    await page.locator('input[type=file]').setInputFiles([empty, ...files]);
    await page.getByText('空.png 是空的，没有加上。').waitFor();
    await page.getByText('image.jpg 没有加上：最多 9 个。').waitFor();
    expect(await page.getByRole('img', { name: 'image.jpg' }).count()).toBe(9);
    await expectAccessible(page, 'filing, files refused');
    await page.getByRole('button', { name: '下一步' }).click();
    await page.getByLabel('您的姓名').fill(`O'${script.slice(0, 40)}`);
    await page.getByLabel('您的电话').fill(freshPhone());
    await page.getByLabel(/身份证号码/).fill('not a number');
    await page.getByRole('button', { name: '下一步' }).click();
    await takeCode(page);
    await page.getByRole('button', { name: '提交' }).click();
    // The server's word about a field stands on the page of that field.
    await page.getByRole('heading', { level: 1, name: '您的联系方式' }).waitFor();
    await page.locator('.fault').first().waitFor();

    // The elder edition does not ask for it; what is wrong is mended before sending all the same.
    await page.getByRole('button', { name: '长辈版（大字）' }).click();
    const next = page.getByRole('button', { name: '下一步' });
    while (await next.isVisible()) await next.click();
    await page.getByLabel(/身份证号码/).fill('');
    await page.getByRole('button', { name: '提交' }).click();
    await page.getByRole('heading', { level: 1, name: '已经收到' }).waitFor();
    await page.getByText(script, { exact: true }).waitFor();
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  });

  it('has a large photo made smaller before it travels', { timeout: 120_000 }, async () => {
    const page = await visit({ at: '/portal/file', options: PHONE });
    await page.evaluate(() =>
      sessionStorage.setItem(
        'xiaobao.portal.draft',
        JSON.stringify({ matter: 'complaint', title: '照片很大', narrative: '见照片。', page: 1 }),
      ),
    );
    await page.reload();
    // Noise cannot be packed: a picture of this size is as large as a telephone makes them.
    const bytes = await page.evaluate(async () => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [4000, 3000];
      const drawing = canvas.getContext('2d');
      const image = drawing?.createImageData(4000, 3000);
      for (let at = 0; image && at < image.data.length; at += 1) image.data[at] = (at * 2654435761) >>> 24;
      if (image) drawing?.putImageData(image, 0, 0);
      const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', 1));
      const file = new File([blob ?? new Blob()], 'IMG_1.HEIC.jpeg', { type: 'image/jpeg' });
      const transfer = new DataTransfer();
      transfer.items.add(file);
      const input = document.querySelector<HTMLInputElement>('input[type=file]');
      if (input) input.files = transfer.files;
      input?.dispatchEvent(new Event('change', { bubbles: true }));
      return file.size;
    });
    expect(bytes).toBeGreaterThan(3 * 1024 * 1024);
    const photo = page.getByRole('img', { name: 'IMG_1.HEIC.jpg' });
    await photo.waitFor({ timeout: 60_000 });
    const drawn = await photo.evaluate(async (image) => {
      const picture = image as HTMLImageElement;
      await picture.decode();
      return { edge: Math.max(picture.naturalWidth, picture.naturalHeight) };
    });
    expect(drawn.edge).toBe(3000);
  });

  it('without a network is told so, keeps what was written, and still knows whom to call', {
    timeout: 60_000,
  }, async () => {
    const page = await visit({ at: '/portal/progress', options: PHONE, losesNetwork: true });
    await page.getByLabel('受理编号').fill('XB20260302-7K3F9-Q2M8N');
    await page.route('**/api/**', (route) => route.abort());
    await page.getByRole('button', { name: '获取验证码' }).click();
    await page.getByText('连不上服务器').waitFor();
    expect(await page.getByLabel('受理编号').inputValue()).toBe('XB20260302-7K3F9-Q2M8N');
    await page.reload();
    await page.getByRole('link', { name: /打电话找人工 000-96000/ }).waitFor();
  });
});

describe('a receipt', () => {
  it('prints its number and nothing of the page around it', { timeout: 120_000 }, async () => {
    const { page, receipt } = await fileComplaint({
      title: '回单打印',
      narrative: '想留一张纸。',
      name: '傅春生',
      phone: freshPhone(),
    });
    await page.evaluate(() => {
      window.print = () => document.documentElement.setAttribute('data-printed', '');
    });
    await page.getByRole('button', { name: '打印' }).click();
    await page.locator('html[data-printed]').waitFor();
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByText(receipt).isVisible()).toBe(true);
    expect(await page.getByText('回单打印').isVisible()).toBe(true);
    for (const around of [page.getByRole('button').first(), page.locator('.foot'), page.locator('.head')]) {
      expect(await around.isVisible()).toBe(false);
    }
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
