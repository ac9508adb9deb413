//! The particulars of a person as they are typed in. No browser is asked to remember them.

import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';

interface PersonFieldsProps {
  /** Where the person stands in the form. */
  base: string[];
  /** Fields that are asked for; all when absent. */
  fields?: readonly PersonField[];
  /** Fields without which the form is not sent. */
  required?: readonly PersonField[];
}

const FIELDS = ['name', 'phone', 'identity', 'account', 'email', 'address'] as const;
export type PersonField = (typeof FIELDS)[number];

export function PersonFields({ base, fields = FIELDS, required = [] }: PersonFieldsProps) {
  const { t } = useTranslation('voice');
  return fields.map((field) => (
    <Form.Item
      key={field}
      name={[...base, field]}
      label={t(`person.${field}`)}
      normalize={(text: string) => text || undefined}
      {...(required.includes(field) ? { rules: [{ required: true, whitespace: true, message: t('form.write') }] } : {})}
    >
      <Input autoComplete="off" inputMode={field === 'phone' ? 'tel' : 'text'} />
    </Form.Item>
  ));
}
