//! A day by which something is due, at the end of that day in Shanghai.

import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { dateOf, instantOf } from '../../../lib/time.ts';

interface UntilProps {
  label: string;
  isOptional?: boolean;
}

export function UntilField({ label, isOptional = false }: UntilProps) {
  const { t } = useTranslation('voice');
  return (
    <Form.Item name="due" label={label} rules={isOptional ? [] : [{ required: true, message: t('form.choose') }]}>
      <Input type="date" min={dateOf(new Date())} style={{ width: 180 }} />
    </Form.Item>
  );
}

/** The last second of a day in Shanghai. */
export function untilOf(day: string): string {
  return instantOf(`${day}T23:59:59`);
}
