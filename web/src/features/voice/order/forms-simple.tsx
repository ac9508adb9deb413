//! Forms of acts that ask for little: a text, a clock, a choice.

import { Checkbox, Form, Input, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import { textOf } from '../../../lib/text.ts';
import { instantOf, momentOf } from '../../../lib/time.ts';
import { REMARK_CHARS_MAX, Words } from '../../../parts/words-field.tsx';
import type { Order } from '../data.ts';
import { MATTERS } from '../queue/filters.ts';
import styles from './act-form.module.css';
import { ActForm } from './act-form.tsx';

export interface FormProps {
  order: Order;
  onDone: () => void;
}

export const MEANS = ['phone', 'sms', 'in_person', 'post', 'email', 'online'] as const satisfies Schemas['Means'][];

export function RegisterForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm verb="register" {...props} toRequest={() => ({})}>
      <p className={styles.hint}>{t('register.hint')}</p>
    </ActForm>
  );
}

export function AcceptForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm verb="accept" {...props} toRequest={() => ({})}>
      <p className={styles.hint}>{t('accept.hint')}</p>
    </ActForm>
  );
}

export function CloseForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm verb="close" {...props} toRequest={() => ({})}>
      <p className={styles.hint}>{t('close.hint')}</p>
    </ActForm>
  );
}

export function NoteForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm<'note', { text: string }> verb="note" {...props} toRequest={({ text }) => ({ text })}>
      <Words name="text" label={t('note.text')} extra={t('note.hint')} rows={6} charsMax={REMARK_CHARS_MAX} />
    </ActForm>
  );
}

interface ContactFields {
  means: Schemas['Means'];
  is_reached: boolean;
  words?: string;
  at?: string;
}

export function ContactForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm<'contact', ContactFields>
      verb="contact"
      {...props}
      initial={{ means: 'phone', is_reached: true }}
      toRequest={({ means, is_reached, words, at }) => ({
        means,
        is_reached,
        ...(words?.trim() ? { words } : {}),
        ...(at ? { at: instantOf(at) } : {}),
      })}
    >
      <MeansField />
      <Form.Item required name="is_reached" label={t('contact.reached')}>
        <Radio.Group
          options={[
            { value: true, label: t('contact.yes') },
            { value: false, label: t('contact.no') },
          ]}
        />
      </Form.Item>
      <Words name="words" label={t('contact.words')} rows={4} charsMax={REMARK_CHARS_MAX} isOptional />
      <AtField />
    </ActForm>
  );
}

/** How something reached the complainant, or reached us. */
export function MeansField({ label }: { label?: string }) {
  const { t } = useTranslation('voice');
  return (
    <Form.Item name="means" label={label ?? t('contact.means')} rules={[{ required: true, message: t('form.choose') }]}>
      <Select options={MEANS.map((means) => ({ value: means, label: t(`means.${means}`) }))} />
    </Form.Item>
  );
}

/** When something happened; now when it is left open. */
export function AtField() {
  const { t } = useTranslation('voice');
  return (
    <Form.Item name="at" label={t('form.at')} extra={t('form.atHint')}>
      <Input type="datetime-local" max={momentOf(new Date()).replace(' ', 'T')} style={{ width: 220 }} />
    </Form.Item>
  );
}

interface RetypeFields {
  to: Schemas['MatterWord'];
  why: string;
}

export function RetypeForm(props: FormProps) {
  const { t } = useTranslation('voice');
  const others = MATTERS.filter((matter) => matter !== props.order.matter);
  return (
    <ActForm<'retype', RetypeFields> verb="retype" {...props} toRequest={({ to, why }) => ({ to, why })}>
      <Form.Item name="to" label={t('retype.to')} rules={[{ required: true, message: t('form.choose') }]}>
        <Radio.Group
          className={styles.choices}
          options={others.map((matter) => ({ value: matter, label: t(`matter.${matter}`) }))}
        />
      </Form.Item>
      <Words name="why" label={t('form.why')} extra={t('retype.hint')} rows={3} charsMax={REMARK_CHARS_MAX} />
    </ActForm>
  );
}

interface ClockFields {
  clock: string;
  why: string;
}

/** The clocks that can be chosen for an extension, with when each is due. */
function ClockField({ order, only }: { order: Order; only?: string[] }) {
  const { t, i18n } = useTranslation('voice');
  const clocks = order.clocks.filter((clock) =>
    only ? only.includes(clock.id) : ['running', 'due_soon', 'overdue', 'paused'].includes(clock.mood),
  );
  return (
    <Form.Item name="clock" label={t('extension.clock')} rules={[{ required: true, message: t('form.choose') }]}>
      <Radio.Group
        className={styles.choices}
        options={clocks.map((clock) => ({
          value: clock.id,
          label: `${textOf(clock.title, i18n.language)} · ${t('clock.due', { at: momentOf(clock.due) })}`,
        }))}
      />
    </Form.Item>
  );
}

export function ProposeExtensionForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm<'propose_extension', ClockFields>
      verb="propose_extension"
      {...props}
      initial={firstClock(props.order)}
      toRequest={({ clock, why }) => ({ clock, why })}
    >
      <ClockField order={props.order} />
      <Words name="why" label={t('form.why')} extra={t('extension.hint')} rows={4} charsMax={REMARK_CHARS_MAX} />
    </ActForm>
  );
}

/** A choice of one is made already. */
function firstClock(order: Order): Partial<ClockFields> {
  const law = order.clocks.find((clock) => clock.law && ['running', 'due_soon', 'overdue'].includes(clock.mood));
  return law ? { clock: law.id } : {};
}

/** Which proposal is answered, with who asked and why. */
function ProposalField({ order }: { order: Order }) {
  const { t, i18n } = useTranslation('voice');
  return (
    <Form.Item name="clock" label={t('extension.proposal')} rules={[{ required: true, message: t('form.choose') }]}>
      <Radio.Group
        className={styles.choices}
        options={order.proposals.map((proposal) => ({
          value: proposal.clock,
          label: `${textOf(proposal.title, i18n.language)}：${proposal.why}`,
        }))}
      />
    </Form.Item>
  );
}

const firstProposal = (order: Order) => (order.proposals[0] ? { clock: order.proposals[0].clock } : {});

export function ApproveExtensionForm(props: FormProps) {
  return (
    <ActForm<'approve_extension', { clock: string }>
      verb="approve_extension"
      {...props}
      initial={firstProposal(props.order)}
      toRequest={({ clock }) => ({ clock })}
    >
      <ProposalField order={props.order} />
    </ActForm>
  );
}

export function RefuseExtensionForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm<'refuse_extension', ClockFields>
      verb="refuse_extension"
      {...props}
      initial={firstProposal(props.order)}
      toRequest={({ clock, why }) => ({ clock, why })}
    >
      <ProposalField order={props.order} />
      <Words name="why" label={t('form.why')} rows={3} charsMax={REMARK_CHARS_MAX} />
    </ActForm>
  );
}

export function RecallExtensionForm(props: FormProps) {
  return (
    <ActForm<'recall_extension', { clock: string }>
      verb="recall_extension"
      {...props}
      initial={firstProposal(props.order)}
      toRequest={({ clock }) => ({ clock })}
    >
      <ProposalField order={props.order} />
    </ActForm>
  );
}

interface PauseFields {
  ground: Schemas['PauseWord'];
  why: string;
  at?: string;
}

export function PauseForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm<'pause', PauseFields>
      verb="pause"
      {...props}
      toRequest={({ ground, why, at }) => ({ ground, why, ...(at ? { at: instantOf(at) } : {}) })}
    >
      <Form.Item name="ground" label={t('pause.ground')} rules={[{ required: true, message: t('form.choose') }]}>
        <Radio.Group
          className={styles.choices}
          options={(['mediation', 'appraisal', 'hearing'] as const).map((ground) => ({
            value: ground,
            label: t(`pause.${ground}`),
          }))}
        />
      </Form.Item>
      <Words name="why" label={t('form.why')} extra={t('pause.hint')} rows={3} charsMax={REMARK_CHARS_MAX} />
      <AtField />
    </ActForm>
  );
}

export function ResumeForm(props: FormProps) {
  return (
    <ActForm<'resume', { at?: string }>
      verb="resume"
      {...props}
      toRequest={({ at }) => (at ? { at: instantOf(at) } : {})}
    >
      <AtField />
    </ActForm>
  );
}

interface ReopenFields {
  ground: Schemas['ReopenGround'];
  why: string;
}

export function ReopenForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm<'reopen', ReopenFields> verb="reopen" {...props} toRequest={({ ground, why }) => ({ ground, why })}>
      <Form.Item name="ground" label={t('reopen.ground')} rules={[{ required: true, message: t('form.choose') }]}>
        <Radio.Group
          className={styles.choices}
          options={(['dissatisfied', 'new_facts', 'not_performed', 'instructed'] as const).map((ground) => ({
            value: ground,
            label: t(`reopen.${ground}`),
          }))}
        />
      </Form.Item>
      <Words name="why" label={t('form.why')} rows={3} charsMax={REMARK_CHARS_MAX} />
    </ActForm>
  );
}

interface VisitFields {
  is_reached: boolean;
  is_settled?: boolean;
  satisfaction?: number;
  words?: string;
  at?: string;
}

const MARKS = [5, 4, 3, 2, 1] as const;

export function VisitForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm<'visit', VisitFields>
      verb="visit"
      {...props}
      initial={{ is_reached: true }}
      toRequest={({ is_reached, is_settled, satisfaction, words, at }) => ({
        ...(is_reached ? { is_settled: is_settled ?? null, satisfaction: satisfaction ?? null } : {}),
        ...(words?.trim() ? { words } : {}),
        ...(at ? { at: instantOf(at) } : {}),
      })}
    >
      {(form) => (
        <>
          <Form.Item required name="is_reached" valuePropName="checked">
            <Checkbox>{t('visit.reached')}</Checkbox>
          </Form.Item>
          <Form.Item noStyle dependencies={['is_reached']}>
            {() =>
              form.getFieldValue('is_reached') ? (
                <>
                  <Form.Item
                    name="is_settled"
                    label={t('visit.settled')}
                    rules={[{ required: true, message: t('form.choose') }]}
                  >
                    <Radio.Group
                      options={[
                        { value: true, label: t('visit.yes') },
                        { value: false, label: t('visit.no') },
                      ]}
                    />
                  </Form.Item>
                  <Form.Item
                    name="satisfaction"
                    label={t('visit.satisfaction')}
                    rules={[{ required: true, message: t('form.choose') }]}
                  >
                    <Radio.Group options={MARKS.map((mark) => ({ value: mark, label: t(`satisfaction.${mark}`) }))} />
                  </Form.Item>
                </>
              ) : (
                <p className={styles.hint}>{t('visit.missed')}</p>
              )
            }
          </Form.Item>
          <Words name="words" label={t('visit.words')} rows={4} charsMax={REMARK_CHARS_MAX} isOptional />
          <AtField />
        </>
      )}
    </ActForm>
  );
}
