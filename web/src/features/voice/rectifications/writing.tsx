//! The forms of what is done to a rectification.

import { App, DatePicker, Form, Input, Radio, Select, Upload, type UploadFile } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useTranslation } from 'react-i18next';
import { StaffPicker } from '../../../parts/staff-picker.tsx';
import { UnitPicker } from '../../../parts/unit-picker.tsx';
import { Writing } from '../../../parts/writing.tsx';
import { type Fields, type Rectification, useRectify, type Verb } from './data.ts';

interface RectificationWritingProps {
  rectification: Rectification;
  verb: Verb | undefined;
  onClose: () => void;
}

interface Typed extends Omit<Fields, 'due' | 'files'> {
  due?: Dayjs;
  files?: UploadFile[];
}

const WORDS_MAX = 2000;
/** These verdicts give a further date when they are not good. */
const VERDICTS: Verb[] = ['check', 'look_back'];

export function RectificationWriting({ rectification, verb, onClose }: RectificationWritingProps) {
  const { t } = useTranslation('oversee');
  const { message } = App.useApp();
  const act = useRectify(rectification);
  if (!verb) return null;
  return (
    <Writing<Typed>
      key={verb}
      open
      title={t(`rectification.verb.${verb}`)}
      danger={verb === 'cancel'}
      initial={{ is_good: true }}
      onClose={onClose}
      onSend={async ({ due, files = [], ...fields }) => {
        await act(verb, {
          ...fields,
          ...(due ? { due: due.format('YYYY-MM-DD') } : {}),
          files: files.flatMap(({ originFileObj }) => originFileObj ?? []),
        });
        void message.success(t('form.done', { act: t(`rectification.verb.${verb}`) }));
      }}
    >
      <VerbFields verb={verb} rectification={rectification} />
    </Writing>
  );
}

interface VerbFieldsProps {
  verb: Verb;
  rectification: Rectification;
}

function VerbFields({ verb, rectification }: VerbFieldsProps) {
  const { t } = useTranslation('oversee');
  const needed = [{ required: true, message: t('form.needed') }];
  if (verb === 'add_evidence') {
    return (
      <Form.Item
        name="files"
        label={t('rectification.files')}
        rules={needed}
        valuePropName="fileList"
        getValueFromEvent={({ fileList }: { fileList: UploadFile[] }) => fileList}
      >
        <Upload.Dragger multiple beforeUpload={() => false}>
          <p>{t('rectification.drop')}</p>
        </Upload.Dragger>
      </Form.Item>
    );
  }
  const waiting = rectification.measures.filter((measure) => !measure.done_at);
  return (
    <>
      {verb === 'measure' ? (
        <Form.Item name="measure" label={t('rectification.whichMeasure')} rules={needed}>
          <Select options={waiting.map(({ number, text }) => ({ value: number, label: `${number}. ${text}` }))} />
        </Form.Item>
      ) : null}
      {VERDICTS.includes(verb) ? (
        <Form.Item required name="is_good" label={t('rectification.verdict')}>
          <Radio.Group
            options={[
              { value: true, label: t(verb === 'check' ? 'rectification.done' : 'rectification.effective') },
              { value: false, label: t(verb === 'check' ? 'rectification.undone' : 'rectification.notEffective') },
            ]}
          />
        </Form.Item>
      ) : null}
      {verb === 'hand_over' ? (
        <>
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
        </>
      ) : null}
      <Form.Item noStyle dependencies={['is_good']}>
        {(form) => {
          const isAgain = VERDICTS.includes(verb) && form.getFieldValue('is_good') === false;
          return verb === 'postpone' || isAgain ? (
            <Form.Item name="due" label={t('rectification.newDue')} rules={needed}>
              <DatePicker minDate={dayjs()} />
            </Form.Item>
          ) : null;
        }}
      </Form.Item>
      <Form.Item name="words" label={t('rectification.words')} rules={verb === 'measure' ? [] : needed}>
        <Input.TextArea rows={4} maxLength={WORDS_MAX} />
      </Form.Item>
    </>
  );
}
