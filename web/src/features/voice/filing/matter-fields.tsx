//! What somebody says, in their words.

import { Form, Input, Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { dateOf } from '../../../lib/time.ts';
import { AmountField } from '../../../parts/amount-field.tsx';
import { NARRATIVE_CHARS_MAX, REMARK_CHARS_MAX, Words } from '../../../parts/words-field.tsx';
import { ClassPicker } from '../class-picker.tsx';
import { MATTERS } from '../queue/filters.ts';
import styles from './file-page.module.css';

/** As long as the server takes a title. */
const TITLE_CHARS_MAX = 120;

export function MatterFields() {
  const { t } = useTranslation('voice');
  return (
    <>
      <Form.Item required name="matter" label={t('field.matter')} extra={<MatterHint />}>
        <Segmented
          options={MATTERS.map((matter) => ({ value: matter, label: t(`matter.${matter}`) }))}
          className={styles.matters}
        />
      </Form.Item>
      <Form.Item
        name="title"
        label={t('file.titleField')}
        rules={[{ required: true, whitespace: true, message: t('form.write') }]}
      >
        <Input maxLength={TITLE_CHARS_MAX} showCount autoFocus autoComplete="off" />
      </Form.Item>
      <Words name="narrative" label={t('file.narrative')} rows={9} charsMax={NARRATIVE_CHARS_MAX} />
      <Words name="request" label={t('matterPanel.request')} rows={2} charsMax={REMARK_CHARS_MAX} isOptional />
      <div className={styles.row}>
        <AmountField name="amount" label={t('matterPanel.amount')} />
        <Form.Item name="occurred_on" label={t('file.occurred')}>
          <Input type="date" max={dateOf(new Date())} />
        </Form.Item>
        <Form.Item name="channel" label={t('field.channel')}>
          <ClassPicker axis="channel" />
        </Form.Item>
      </div>
    </>
  );
}

/** Customers confuse the kinds; each has a sentence that tells it from the others. */
function MatterHint() {
  const { t } = useTranslation('voice');
  const matter = Form.useWatch<(typeof MATTERS)[number] | undefined>('matter') ?? 'complaint';
  return <span aria-live="polite">{t(`matterHint.${matter}`)}</span>;
}
