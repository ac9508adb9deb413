//! Writing a teaching case anew, confirming that it tells nobody who and where, and withdrawing it.

import { Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client.ts';
import { Writing } from '../../../parts/writing.tsx';
import type { TeachingCase } from './data.ts';

export const CASE_VERBS = ['confirm', 'revise', 'withdraw'] as const;
export type CaseVerb = (typeof CASE_VERBS)[number];

interface Fields {
  title: string;
  story: string;
  handling: string;
  lessons: string;
  tags: string[];
  why: string;
}

interface CaseWritingProps {
  one: TeachingCase;
  verb: CaseVerb | undefined;
  onClose: () => void;
  onDone: (verb: CaseVerb) => Promise<void>;
}

const SIZE = 640;
const TEXTS = ['story', 'handling', 'lessons'] as const;

async function send(verb: CaseVerb, { id, version }: TeachingCase, fields: Fields): Promise<void> {
  const params = { params: { path: { id } } };
  const { why, ...texts } = fields;
  switch (verb) {
    case 'confirm':
      await ok(api.POST('/api/voice/cases/{id}/confirm', { ...params, body: { version } }));
      return;
    case 'revise':
      await ok(api.POST('/api/voice/cases/{id}/revise', { ...params, body: { version, ...texts } }));
      return;
    case 'withdraw':
      await ok(api.POST('/api/voice/cases/{id}/withdraw', { ...params, body: { version, why } }));
      return;
  }
}

export function CaseWriting({ one, verb, onClose, onDone }: CaseWritingProps) {
  const { t } = useTranslation('oversee');
  if (!verb) return null;
  const needed = [{ required: true, message: t('form.needed') }];
  const { title, story, handling, lessons, tags } = one;
  return (
    <Writing<Fields>
      key={verb}
      open
      title={t(`case.verb.${verb}`)}
      danger={verb === 'withdraw'}
      size={SIZE}
      initial={{ title, story, handling, lessons, tags }}
      onClose={onClose}
      onSend={async (fields) => {
        await send(verb, one, fields);
        await onDone(verb);
      }}
    >
      {verb === 'confirm' ? <p>{t('case.confirmHint')}</p> : null}
      {verb === 'revise' ? (
        <>
          <Form.Item name="title" label={t('case.name')} rules={needed}>
            <Input />
          </Form.Item>
          {TEXTS.map((part) => (
            <Form.Item key={part} name={part} label={t(`case.${part}`)} rules={needed}>
              <Input.TextArea rows={6} />
            </Form.Item>
          ))}
          <Form.Item name="tags" label={t('case.tags')}>
            <Select mode="tags" open={false} suffixIcon={null} />
          </Form.Item>
        </>
      ) : null}
      {verb === 'withdraw' ? (
        <Form.Item name="why" label={t('case.why')} rules={needed}>
          <Input.TextArea rows={3} />
        </Form.Item>
      ) : null}
    </Writing>
  );
}
