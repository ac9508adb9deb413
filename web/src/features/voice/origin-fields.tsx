//! Fields for the way a matter came in and for what its sender says; a new order and a correction ask the same.

import { Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client.ts';
import { dateOf } from '../../lib/time.ts';
import { ENTRIES, HOTLINES, REPORT_ITEMS } from './sender.ts';

/** The way by which it came into the bank. */
export function EntryField() {
  const { t } = useTranslation('voice');
  return (
    <Form.Item name={['origin', 'entry']} label={t('sender.entry')}>
      <Select allowClear options={ENTRIES.map((entry) => ({ value: entry, label: t(`entry.${entry}`) }))} />
    </Form.Item>
  );
}

interface SenderFieldsProps {
  source: Schemas['SourceWord'];
}

/** Everything that a body which passes matters on says beside the matter itself. A newspaper has no number of its own. */
export function SenderFields({ source }: SenderFieldsProps) {
  const { t } = useTranslation('voice');
  return (
    <>
      <Form.Item
        name={['origin', 'number']}
        label={t('field.originNumber')}
        rules={source === 'media' ? [] : [{ required: true, whitespace: true, message: t('form.write') }]}
      >
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name={['origin', 'hotline']} label={t('sender.hotline')}>
        <Select allowClear options={HOTLINES.map((one) => ({ value: one, label: t(`hotline.${one}`) }))} />
      </Form.Item>
      <Form.Item name={['origin', 'sent_on']} label={t('sender.sentOn')}>
        <Input type="date" max={dateOf(new Date())} style={{ width: 180 }} />
      </Form.Item>
      <Form.Item name={['origin', 'deadline']} label={t('file.deadline')}>
        <Input type="datetime-local" style={{ width: 220 }} />
      </Form.Item>
      <Form.Item name={['origin', 'wanted']} label={t('sender.wanted')}>
        <Select
          mode="multiple"
          allowClear
          showSearch={false}
          options={REPORT_ITEMS.map((item) => ({ value: item, label: t(`report.item.${item}`) }))}
        />
      </Form.Item>
    </>
  );
}
