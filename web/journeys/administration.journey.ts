//! Running the house from the browser: a year of holidays with faults and mended, a check of the ledger, the law searched,
//! and who did what.

import { describe, expect, it } from 'vitest';
import { expectAccessible } from './harness/axe.ts';
import { settled, withBrowser } from './harness/browser.ts';
import { as } from './harness/people.ts';

withBrowser();

/** A paper as somebody might type it; its dates are made up. */
function paper(days: string) {
  const text = `year = 2031\npapers = ["https://example.test/2031"]\n[[holiday]]\nname = "元旦"\n${days}\n`;
  return { name: '2031.toml', mimeType: 'application/toml', buffer: Buffer.from(text) };
}

describe('running the house', () => {
  it('takes in a year of holidays once it has no fault', { timeout: 120_000 }, async () => {
    const page = await as('admin', { at: '/calendars' });
    const file = page.locator('input[type=file]');
    await file.setInputFiles(paper('off = ["2031-01-01", "2031-02-30"]'));
    await page.getByText('文件有 1 处错误，不能导入').waitFor();
    await page.getByText('2031-02-30').waitFor();
    expect(await page.getByRole('button', { name: '导入 2031 年' }).count()).toBe(0);
    await settled(page);
    await expectAccessible(page, 'a year with faults');
    await file.setInputFiles(paper('off = ["2031-01-01"]\nwork = ["2031-01-04"]'));
    await page.getByRole('button', { name: '导入 2031 年' }).click();
    await page.getByRole('button', { name: '2031', exact: true }).first().waitFor();
    await settled(page);
    await expectAccessible(page, 'a year taken in');
  });

  it('checks the ledger while work goes on, and says that it is intact', { timeout: 120_000 }, async () => {
    const page = await as('auditor', { at: '/ledger' });
    await page.getByRole('button', { name: '开始校验' }).click();
    await page.getByRole('table', { name: '校验记录' }).getByText('完好').first().waitFor();
    await settled(page);
    await expectAccessible(page, 'a check that ended');
  });

  it('shows who did what, and marks what nobody verified', { timeout: 120_000 }, async () => {
    const page = await as('auditor', { at: '/audit' });
    await page.getByRole('table', { name: '操作' }).getByRole('row').nth(2).waitFor();
    await page.getByLabel('只看查看明文的操作').check();
    await page.waitForURL(/revealing=true/);
    await page.goto('/regulations?words=cp.nfra.simple');
    await page.getByText('cp.nfra.simple@1').waitFor();
    await page.getByLabel('只看今天有效的').check();
    await page.waitForURL(/on=/);
    await page.getByText('cp.nfra.simple@1').waitFor();
  });
});
