//! Forms about a president: proposing a matter, taking it up, instructing departments, reporting, asking for more, closing.

import { Checkbox, Form, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import { codeOf } from '../../../parts/names.tsx';
import { UnitPicker } from '../../../parts/unit-picker.tsx';
import { REMARK_CHARS_MAX, Words } from '../../../parts/words-field.tsx';
import type { Order } from '../data.ts';
import styles from './act-form.module.css';
import { ActForm } from './act-form.tsx';
import type { FormProps } from './forms-simple.tsx';
import { UntilField, untilOf } from './until-field.tsx';

const LEAD_GROUNDS = [
  'transferred',
  'supervised',
  'difficult',
  'typical',
  'repeated',
  'urgent',
  'passed_around',
  'group',
] as const satisfies Schemas['LeadGround'][];

interface ProposeFields {
  grounds: Schemas['LeadGround'][];
  why?: string;
}

export function ProposeLeadForm(props: FormProps) {
  const { t } = useTranslation('voice');
  // Not `required`: Ant Design would say so in an attribute that a group must not have.
  const check = (_: unknown, chosen?: string[]) =>
    chosen?.length ? Promise.resolve() : Promise.reject(new Error(t('form.choose')));
  return (
    <ActForm<'propose_lead', ProposeFields>
      verb="propose_lead"
      {...props}
      toRequest={({ grounds, why }) => ({ grounds, ...(why?.trim() ? { why } : {}) })}
    >
      <p className={styles.hint}>{t('lead.hint')}</p>
      <Form.Item name="grounds" label={t('lead.grounds')} rules={[{ validator: check }]}>
        <Checkbox.Group
          className={styles.choices}
          options={LEAD_GROUNDS.map((ground) => ({ value: ground, label: t(`leadGround.${ground}`) }))}
        />
      </Form.Item>
      <Words name="why" label={t('form.why')} rows={3} charsMax={REMARK_CHARS_MAX} isOptional />
    </ActForm>
  );
}

export function TakeLeadForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm verb="take_lead" {...props} toRequest={() => ({})}>
      <p className={styles.hint}>{t('lead.takeHint')}</p>
    </ActForm>
  );
}

/** A president's word: why not, or what came of it. */
function RemarkForm({ verb, label, ...props }: FormProps & { verb: 'decline_lead' | 'close_lead'; label: string }) {
  return (
    <ActForm<typeof verb, { why: string }> verb={verb} {...props} toRequest={({ why }) => ({ why })}>
      <Words name="why" label={label} rows={4} charsMax={REMARK_CHARS_MAX} />
    </ActForm>
  );
}

export function DeclineLeadForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return <RemarkForm verb="decline_lead" label={t('form.why')} {...props} />;
}

export function CloseLeadForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return <RemarkForm verb="close_lead" label={t('lead.result')} {...props} />;
}

interface InstructFields {
  unit: string;
  text: string;
  due: string;
}

export function InstructForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm<'instruct', InstructFields>
      verb="instruct"
      {...props}
      toRequest={({ unit, text, due }) => ({ unit, text, due: untilOf(due) })}
    >
      <Form.Item name="unit" label={t('lead.unit')} rules={[{ required: true, message: t('form.choose') }]}>
        <UnitPicker />
      </Form.Item>
      <Words name="text" label={t('lead.text')} rows={5} charsMax={REMARK_CHARS_MAX} />
      <UntilField label={t('lead.due')} />
    </ActForm>
  );
}

/** The instructions on which a report is awaited, or on which there is one. */
function instructions(order: Order, isOpen: boolean): Schemas['InstructionBody'][] {
  return order.lead?.instructions.filter((one) => one.is_open === isOpen) ?? [];
}

function InstructionField({ among }: { among: Schemas['InstructionBody'][] }) {
  const { t } = useTranslation('voice');
  return (
    <Form.Item name="number" label={t('lead.which')} rules={[{ required: true, message: t('form.choose') }]}>
      <Radio.Group
        className={styles.choices}
        options={among.map((one) => ({ value: one.number, label: `${codeOf(one.unit)}：${one.text}` }))}
      />
    </Form.Item>
  );
}

function firstOf(among: Schemas['InstructionBody'][]): { number?: number } {
  return among[0] ? { number: among[0].number } : {};
}

interface ReplyFields {
  number: number;
  text: string;
  due: string;
}

export function ReportInstructionForm(props: FormProps) {
  const { t } = useTranslation('voice');
  const among = instructions(props.order, true);
  return (
    <ActForm<'report_instruction', ReplyFields>
      verb="report_instruction"
      {...props}
      initial={firstOf(among)}
      toRequest={({ number, text }) => ({ number, text })}
    >
      <InstructionField among={among} />
      <Words name="text" label={t('lead.report')} rows={6} charsMax={REMARK_CHARS_MAX} />
    </ActForm>
  );
}

export function DemandMoreForm(props: FormProps) {
  const { t } = useTranslation('voice');
  const among = instructions(props.order, false);
  return (
    <ActForm<'demand_more', ReplyFields>
      verb="demand_more"
      {...props}
      initial={firstOf(among)}
      toRequest={({ number, text, due }) => ({ number, text, due: untilOf(due) })}
    >
      <InstructionField among={among} />
      <Words name="text" label={t('lead.more')} rows={4} charsMax={REMARK_CHARS_MAX} />
      <UntilField label={t('lead.due')} />
    </ActForm>
  );
}
