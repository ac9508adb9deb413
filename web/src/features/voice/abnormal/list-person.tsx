//! The form that puts the person of an order on the shared list: by which numbers, for how many days, and why.

import { Checkbox, Form, Input, InputNumber } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { Writing } from '../../../parts/writing.tsx';

type Field = Schemas['PersonalField'];

interface ListPersonProps {
  order: string;
  onClose: () => void;
  onDone: () => void;
}

interface Fields {
  fields: Field[];
  days?: number;
  why: string;
}

/** The numbers by which somebody is found again. */
const NUMBERS = ['phone', 'identity', 'representative_phone', 'representative_identity'] as const satisfies Field[];
const WORDS_MAX = 4000;
/** The form's own bound; the bank's policy, which may be lower, is the server's to hold. */
const DAYS_MAX = 3660;

export function ListPerson({ order, onClose, onDone }: ListPersonProps) {
  const { t } = useTranslation('oversee');
  const needed = [{ required: true, message: t('form.needed') }];
  return (
    <Writing<Fields>
      open
      title={t('abnormal.putOnList')}
      initial={{ fields: ['phone'] }}
      onClose={onClose}
      onSend={async ({ fields, days, why }) => {
        await ok(api.POST('/api/voice/listings', { body: { order, fields, why, ...(days ? { days } : {}) } }));
        onDone();
      }}
    >
      <p>{t('abnormal.listHint')}</p>
      <Form.Item name="fields" label={t('abnormal.byNumbers')} rules={needed}>
        <Checkbox.Group options={NUMBERS.map((field) => ({ value: field, label: t(`abnormal.number.${field}`) }))} />
      </Form.Item>
      <Form.Item name="days" label={t('abnormal.days')} extra={t('abnormal.daysHint')}>
        <InputNumber min={1} max={DAYS_MAX} precision={0} />
      </Form.Item>
      <Form.Item name="why" label={t('abnormal.why')} rules={needed}>
        <Input.TextArea rows={4} maxLength={WORDS_MAX} />
      </Form.Item>
    </Writing>
  );
}
