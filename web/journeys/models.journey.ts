//! A version of the score model: uploaded by one person, approved by another, and what it says of a decision.

import { describe, expect, it } from 'vitest';
import { expectAccessible } from './harness/axe.ts';
import { settled, withBrowser } from './harness/browser.ts';
import { eventSender, riskyTransfer, TELLER } from './harness/guard.ts';
import { drawer } from './harness/order.ts';
import { as } from './harness/people.ts';

withBrowser();

/** One tree that looks at the amount: the smallest file that LightGBM would write. */
const MODEL = `tree
version=v4
num_class=1
num_tree_per_iteration=1
label_index=0
max_feature_idx=1
objective=binary sigmoid:1
feature_names=amount payer.sum_1d
feature_infos=[0:1] [0:1]
tree_sizes=400

Tree=0
num_leaves=2
num_cat=0
split_feature=0
split_gain=1
threshold=100000
decision_type=2
left_child=-1
right_child=-2
leaf_value=-1 1
leaf_weight=1 1
leaf_count=1 1
internal_value=0
internal_weight=2
internal_count=2
is_linear=0
shrinkage=1


end of trees
`;

const file = (text: string) => ({ name: 'fraud.txt', mimeType: 'text/plain', buffer: Buffer.from(text) });

describe('a score model', () => {
  it('needs two people, and says what moved a score', { timeout: 180_000 }, async () => {
    const officer = await as('officer', { at: '/score-models' });
    await settled(officer);
    await expectAccessible(officer, 'score models');
    await officer.keyboard.press('n');
    await drawer(officer).getByLabel('学习来源和事由').fill('六月至八月的转账。');
    // What was cut off is refused with the reason, and nothing that was typed is lost.
    const upload = drawer(officer).locator('input[type=file]');
    await upload.setInputFiles(file(MODEL.slice(0, 300)));
    await drawer(officer).getByRole('button', { name: '上传模型', exact: true }).click();
    await drawer(officer).locator('.ant-form-item-explain-error, [role=alert]').first().waitFor();
    await expectAccessible(officer, 'a model that was refused');
    expect(await drawer(officer).getByLabel('学习来源和事由').inputValue()).toBe('六月至八月的转账。');
    await upload.setInputFiles(file(MODEL));
    await drawer(officer).getByRole('button', { name: '上传模型', exact: true }).click();
    await officer.getByRole('heading', { level: 1, name: /评分模型第 \d+ 版/ }).waitFor();
    await settled(officer);
    await officer.getByText('一日内付出金额').waitFor();
    // Whoever proposed it does not approve it.
    expect(await officer.getByRole('button', { name: '复核通过并生效' }).isDisabled()).toBe(true);
    await expectAccessible(officer, 'a proposed model');

    const president = await as('president', { at: new URL(officer.url()).pathname });
    await president.getByRole('button', { name: '复核通过并生效' }).click();
    await president.locator('h1').getByText('生效', { exact: true }).waitFor();

    const decide = await eventSender(await as('admin'));
    // The engine takes a model over within a second of its approval.
    const page = await as(TELLER);
    await expect
      .poll(
        async () => {
          const decision = await decide(riskyTransfer(`model-${Date.now()}`));
          await page.goto(`/decisions/${decision}`);
          await settled(page);
          return page.getByRole('heading', { name: '影响模型得分的因素' }).count();
        },
        { timeout: 60_000 },
      )
      .toBe(1);
    await page.getByText('+1', { exact: true }).waitFor();
    await expectAccessible(page, 'what moved a score');

    // It must not stay: the other journeys know no model.
    await president.getByRole('button', { name: /停\s?用/ }).click();
    await drawer(president).getByLabel('理由').fill('试用结束。');
    await drawer(president)
      .getByRole('button', { name: /停\s?用/ })
      .click();
    await president.locator('.ant-drawer-content-wrapper').waitFor({ state: 'detached' });
    await president.locator('h1').getByText('停用', { exact: true }).waitFor();
  });
});
