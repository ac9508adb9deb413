//! Where a matter came from, and when it reached the bank: the clocks start then.

import { Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import { momentOf } from '../../../lib/time.ts';
import { UnitPicker } from '../../../parts/unit-picker.tsx';
import { EntryField, SenderFields } from '../origin-fields.tsx';
import { SOURCES } from '../queue/filters.ts';

export function OriginFields() {
  const { t } = useTranslation('voice');
  const source = Form.useWatch<Schemas['SourceWord'] | undefined>(['origin', 'source']);
  return (
    <>
      <Form.Item name={['origin', 'source']} label={t('field.source')}>
        <Select options={SOURCES.map((one) => ({ value: one, label: t(`source.${one}`) }))} />
      </Form.Item>
      <EntryField />
      {source && source !== 'direct' ? <SenderFields source={source} /> : null}
      <Form.Item name="received_at" label={t('file.received')} extra={t('file.receivedHint')}>
        <Input type="datetime-local" max={momentOf(new Date()).replace(' ', 'T')} />
      </Form.Item>
      <Form.Item name="unit" label={t('file.unit')} extra={t('file.unitHint')}>
        <UnitPicker />
      </Form.Item>
    </>
  );
}
