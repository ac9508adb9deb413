//! A job that failed for good: an administrator reads why, gives it up with a reason, and what was given up stays to be read.

import { describe, expect, it } from 'vitest';
import { expectAccessible } from './harness/axe.ts';
import { settled, withBrowser } from './harness/browser.ts';
import { drawer } from './harness/order.ts';
import { as, ask } from './harness/people.ts';
import { fileComplaint, freshPhone } from './harness/portal.ts';

withBrowser();

/** A first try that failed is made again after some ten seconds. */
const PARKED_MS_MAX = 60_000;

interface Parked {
  items: { id: string; kind: string }[];
}

describe('a parked job', () => {
  it('is given up with a reason, and stays on the list of what was given up', { timeout: 180_000 }, async () => {
    const page = await as('admin', { at: '/webhooks' });
    // A receiver that nobody answers at; switched off while a message waits for its next try, the message is parked.
    const url = `http://127.0.0.1:9/${Date.now()}`;
    const { id } = await ask<{ id: string }>(page, 'POST', '/api/operations/webhooks', {
      url,
      kinds: ['voice.order.filed'],
      secret: 'only-for-this-journey-0000',
    });
    await fileComplaint({
      title: '通知没有送到',
      narrative: '接口通知一直没有送到。',
      name: '蒋文',
      phone: freshPhone(),
    });
    await page.reload();
    const row = page.getByRole('row', { name: url });
    await row.getByRole('switch').click();
    await expect.poll(() => row.getByRole('switch').isChecked()).toBe(false);
    await expect
      .poll(async () => (await ask<Parked>(page, 'GET', '/api/operations/jobs/parked')).items.length, {
        timeout: PARKED_MS_MAX,
      })
      .toBeGreaterThan(0);

    await page.goto('/jobs');
    const parked = page
      .getByRole('table', { name: '多次失败、已搁置的任务' })
      .getByRole('row', { name: /ledger\.deliver/ });
    await parked.first().getByText('the subscription is switched off').waitFor();
    await settled(page);
    await expectAccessible(page, 'parked jobs');
    const before = await parked.count();
    await parked.first().getByRole('button', { name: '放弃' }).click();
    await drawer(page).getByRole('button', { name: '放弃' }).click();
    await drawer(page).getByText('请填写。').waitFor();
    await expectAccessible(page, 'giving a job up');
    await drawer(page).getByLabel('理由').fill(`接收方已停用，订阅 ${id} 不再需要。`);
    await drawer(page).getByRole('button', { name: '放弃' }).click();
    await page.locator('.ant-drawer-content-wrapper').waitFor({ state: 'detached' });
    await expect.poll(() => parked.count()).toBe(before - 1);
    await page.reload();
    await page.getByText(`接收方已停用，订阅 ${id} 不再需要。`).waitFor();
    await settled(page);
    await expectAccessible(page, 'jobs that were given up');
  });
});
