//! Opening a rectification: what was found, who puts it right until when, and by which measures.

import { MinusCircleOutlined, PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button, DatePicker, Form, Input, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useTranslation } from 'react-i18next';
import { textOf } from '../../../lib/text.ts';
import { StaffPicker } from '../../../parts/staff-picker.tsx';
import { UnitPicker } from '../../../parts/unit-picker.tsx';
import { Writing } from '../../../parts/writing.tsx';
import { causesQuery } from '../data.ts';
import { useOpenRectification } from './data.ts';

interface Fields {
  title: string;
  finding: string;
  cause: string;
  scope: string;
  unit: string;
  owner: string;
  due: Dayjs;
  measures: { text: string }[];
}

interface OpenRectificationProps {
  open: boolean;
  onClose: () => void;
}

const SIZE = 560;
const TITLE_CHARS_MAX = 100;
const FINDING_CHARS_MAX = 4000;
const MEASURES_MAX = 20;

export function OpenRectification({ open, onClose }: OpenRectificationProps) {
  const { t, i18n } = useTranslation('oversee');
  const navigate = useNavigate();
  const make = useOpenRectification();
  const causes = useQuery({ ...causesQuery, enabled: open }).data?.causes ?? [];
  const needed = [{ required: true, message: t('form.needed') }];
  return (
    <Writing<Fields>
      open={open}
      title={t('rectification.new')}
      size={SIZE}
      initial={{ measures: [{ text: '' }] }}
      onClose={onClose}
      onSend={async ({ due, measures, ...fields }) => {
        const id = await make({
          ...fields,
          due: due.format('YYYY-MM-DD'),
          measures: measures.map(({ text }) => ({ text })),
        });
        await navigate({ to: '/rectifications/$rectification', params: { rectification: id } });
      }}
    >
      <Form.Item name="title" label={t('rectification.what')} rules={needed}>
        <Input maxLength={TITLE_CHARS_MAX} />
      </Form.Item>
      <Form.Item name="finding" label={t('rectification.finding')} rules={needed}>
        <Input.TextArea rows={4} maxLength={FINDING_CHARS_MAX} />
      </Form.Item>
      <Form.Item name="cause" label={t('rectification.cause')} rules={needed}>
        <Select
          showSearch={{ optionFilterProp: 'label' }}
          options={causes.map((cause) => ({ value: cause.key, label: textOf(cause.title, i18n.language) }))}
        />
      </Form.Item>
      <Form.Item name="scope" label={t('rectification.scope')} rules={needed} extra={t('rectification.scopeHint')}>
        <UnitPicker allowClear={false} />
      </Form.Item>
      <Form.Item name="unit" label={t('rectification.unit')} rules={needed}>
        <UnitPicker allowClear={false} />
      </Form.Item>
      <Form.Item noStyle dependencies={['unit']}>
        {(form) => (
          <Form.Item name="owner" label={t('rectification.owner')} rules={needed}>
            <StaffPicker unit={form.getFieldValue('unit') as string | undefined} />
          </Form.Item>
        )}
      </Form.Item>
      <Form.Item name="due" label={t('rectification.due')} rules={needed}>
        <DatePicker minDate={dayjs()} />
      </Form.Item>
      <Form.List name="measures">
        {(fields, { add, remove }) => (
          <>
            {fields.map((field, at) => (
              <Form.Item key={field.key} label={t('rectification.measureNumber', { number: at + 1 })} required>
                <div style={{ display: 'flex', gap: 8 }}>
                  <Form.Item name={[field.name, 'text']} rules={needed} noStyle>
                    <Input aria-label={t('rectification.measureNumber', { number: at + 1 })} />
                  </Form.Item>
                  {fields.length > 1 ? (
                    <Button
                      icon={<MinusCircleOutlined />}
                      aria-label={t('rectification.removeMeasure', { number: at + 1 })}
                      onClick={() => remove(field.name)}
                    />
                  ) : null}
                </div>
              </Form.Item>
            ))}
            {fields.length < MEASURES_MAX ? (
              <Button icon={<PlusOutlined />} onClick={() => add({ text: '' })} style={{ marginBottom: 16 }}>
                {t('rectification.addMeasure')}
              </Button>
            ) : null}
          </>
        )}
      </Form.List>
    </Writing>
  );
}
