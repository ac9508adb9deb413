//! Choosing one person: of a unit first, then by name.

import { Form } from 'antd';
import { useTranslation } from 'react-i18next';
import { StaffPicker } from '../../../parts/staff-picker.tsx';
import { UnitPicker } from '../../../parts/unit-picker.tsx';

export function PersonOfUnit({ label }: { label: string }) {
  const { t } = useTranslation('voice');
  const unit = Form.useWatch<string | undefined>('unit');
  return (
    <>
      <Form.Item name="unit" label={t('recusal.unit')}>
        <UnitPicker />
      </Form.Item>
      <Form.Item name="person" label={label} rules={[{ required: true, message: t('form.choose') }]}>
        <StaffPicker unit={unit} />
      </Form.Item>
    </>
  );
}
