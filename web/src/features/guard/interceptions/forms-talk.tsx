//! The forms of what belongs to the talk with the customer: calls, the signed refusal, what was noticed beside it.

import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import { Words } from '../../../parts/words-field.tsx';
import { ActForm, type FormProps } from './act-form.tsx';
import { Choice } from './choice.tsx';

/** As long as the server takes what was said. */
export const WORDS_CHARS_MAX = 4_000;
const PAPER_CHARS_MAX = 64;

const RELATIVE = ['doubts', 'confirms', 'unreached'] as const satisfies Schemas['RelativeSays'][];
const POLICE = ['takes_over', 'warns', 'clears', 'unreached'] as const satisfies Schemas['PoliceSays'][];

export function CallRelativeForm(props: FormProps) {
  const { t } = useTranslation('guard');
  return (
    <ActForm<'call_relative', Schemas['CallRelativeRequest']>
      {...props}
      verb="call_relative"
      toRequest={({ says, words }) => ({ says, words })}
    >
      <Choice name="says" label={t('form.says')} options={RELATIVE} word={(one) => t(`relative.${one}`)} />
      <Words name="words" label={t('form.relativeWords')} extra={t('form.namesOut')} charsMax={WORDS_CHARS_MAX} />
    </ActForm>
  );
}

export function CallPoliceForm(props: FormProps) {
  const { t } = useTranslation('guard');
  return (
    <ActForm<'call_police', Schemas['CallPoliceRequest']>
      {...props}
      verb="call_police"
      toRequest={({ says, words }) => ({ says, words })}
    >
      <p>{t('form.policeHint')}</p>
      <Choice name="says" label={t('form.says')} options={POLICE} word={(one) => t(`police.${one}`)} />
      <Words name="words" label={t('form.words')} extra={t('form.namesOut')} charsMax={WORDS_CHARS_MAX} />
    </ActForm>
  );
}

export function SignRefusalForm(props: FormProps) {
  const { t } = useTranslation('guard');
  const common = useTranslation();
  return (
    <ActForm<'sign_refusal', Schemas['SignRefusalRequest']>
      {...props}
      verb="sign_refusal"
      toRequest={({ paper }) => ({ paper })}
    >
      <p>{t('form.refusalHint')}</p>
      <Form.Item
        name="paper"
        label={t('form.paper')}
        rules={[{ required: true, whitespace: true, message: common.t('form.write') }]}
      >
        <Input maxLength={PAPER_CHARS_MAX} autoComplete="off" />
      </Form.Item>
    </ActForm>
  );
}

export function NoteForm(props: FormProps) {
  const { t } = useTranslation('guard');
  return (
    <ActForm<'note', Schemas['NoteOnInterceptionRequest']>
      {...props}
      verb="note"
      toRequest={({ words }) => ({ words })}
    >
      <Words name="words" label={t('form.words')} extra={t('form.namesOut')} charsMax={WORDS_CHARS_MAX} />
    </ActForm>
  );
}
