//! The forms of how an interception ends and what follows: the outcome with what left, a later report, the visit.

import { Form, type FormInstance, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import { decimalOf, minorOf } from '../../../lib/money.ts';
import { textOf } from '../../../lib/text.ts';
import { AmountField } from '../../../parts/amount-field.tsx';
import { Words } from '../../../parts/words-field.tsx';
import { yuan } from '../data.ts';
import { useScamOptions } from '../words.tsx';
import { ActForm, type FormProps } from './act-form.tsx';
import { Choice } from './choice.tsx';
import { WORDS_CHARS_MAX } from './forms-talk.tsx';

/** A later report has an act of its own. */
const ENDINGS = ['persuaded', 'police', 'insisted', 'false_alarm'] as const satisfies Schemas['GuardEnding'][];
const FINDINGS = ['fine', 'sent_elsewhere', 'complains', 'unreached'] as const satisfies Schemas['VisitFinding'][];

interface Settled {
  ending: (typeof ENDINGS)[number];
  scam?: string;
  sent: string;
  words: string;
}

/** Writes the sum that usually left with such an ending; it stays to be changed. */
function suggest(form: FormInstance<Settled>, ending: Settled['ending'], amount: number): void {
  const whole = ending === 'insisted' || ending === 'false_alarm';
  form.setFieldValue('sent', decimalOf(yuan(whole ? amount : 0)));
}

export function SettleForm(props: FormProps) {
  const { t, i18n } = useTranslation('guard');
  const { amount, law } = props.interception;
  const scams = useScamOptions();
  return (
    <ActForm<'settle', Settled>
      {...props}
      verb="settle"
      toRequest={({ ending, scam, sent, words }) => ({
        ending,
        sent: minorOf(sent) ?? 0,
        words,
        ...(scam ? { scam } : {}),
      })}
    >
      {(form) => (
        <>
          <Choice
            name="ending"
            label={t('form.ending')}
            options={ENDINGS}
            word={(one) => t(`ending.${one}`)}
            onChoose={(ending) => suggest(form, ending, amount)}
          />
          <Form.Item name="scam" label={t('filter.scam')} extra={t('form.scamHint')}>
            <Select options={scams} allowClear showSearch={{ optionFilterProp: 'label' }} />
          </Form.Item>
          <AmountField
            name="sent"
            label={t('form.sent')}
            isNeeded
            canBeZero
            {...(law.saved ? { extra: textOf(law.saved, i18n.language) } : {})}
          />
          <Words name="words" label={t('form.words')} extra={t('form.namesOut')} charsMax={WORDS_CHARS_MAX} />
        </>
      )}
    </ActForm>
  );
}

export function ReportForm(props: FormProps) {
  const { t } = useTranslation('guard');
  const common = useTranslation();
  const scams = useScamOptions();
  return (
    <ActForm<'report', { scam: string; lost: string; words: string }>
      {...props}
      verb="report"
      toRequest={({ scam, lost, words }) => ({ scam, lost: minorOf(lost) ?? 0, words })}
    >
      <Form.Item name="scam" label={t('filter.scam')} rules={[{ required: true, message: common.t('form.choose') }]}>
        <Select options={scams} showSearch={{ optionFilterProp: 'label' }} />
      </Form.Item>
      <AmountField name="lost" label={t('form.lost')} isNeeded canBeZero />
      <Words name="words" label={t('form.words')} extra={t('form.namesOut')} charsMax={WORDS_CHARS_MAX} />
    </ActForm>
  );
}

export function VisitForm(props: FormProps) {
  const { t } = useTranslation('guard');
  return (
    <ActForm<'visit', Schemas['RecordFollowUpRequest']>
      {...props}
      verb="visit"
      toRequest={({ finding, words }) => ({ finding, words })}
    >
      <Choice name="finding" label={t('form.finding')} options={FINDINGS} word={(one) => t(`finding.${one}`)} />
      <Words name="words" label={t('form.words')} extra={t('form.namesOut')} charsMax={WORDS_CHARS_MAX} />
    </ActForm>
  );
}
