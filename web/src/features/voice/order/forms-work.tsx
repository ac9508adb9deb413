//! Forms of acts that pass an order on or ask others: classify, assign, tasks, links, representatives, particulars.

import { useQuery } from '@tanstack/react-query';
import { Checkbox, Form, Input, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import { codeOf, UnitName } from '../../../parts/names.tsx';
import { StaffPicker } from '../../../parts/staff-picker.tsx';
import { UnitPicker } from '../../../parts/unit-picker.tsx';
import { REMARK_CHARS_MAX, Words } from '../../../parts/words-field.tsx';
import { ClassPicker } from '../class-picker.tsx';
import { type Order, orderGuessesQuery } from '../data.ts';
import { Guesses } from '../guesses.tsx';
import { AXES, type Axis } from '../words.ts';
import styles from './act-form.module.css';
import { ActForm } from './act-form.tsx';
import type { FormProps } from './forms-simple.tsx';
import { PersonFields } from './person-fields.tsx';
import { UntilField, untilOf } from './until-field.tsx';

/** Three classes, each with what the words of the order speak for; one press takes a suggestion over. */
export function ClassifyForm(props: FormProps) {
  const { t } = useTranslation('voice');
  const { data: guesses } = useQuery(orderGuessesQuery(props.order.id));
  const rules = [{ required: true, message: t('form.choose') }];
  return (
    <ActForm<'classify', Schemas['ClassesBody']>
      verb="classify"
      {...props}
      initial={props.order.classes ?? {}}
      toRequest={({ channel, business, reason }) => ({ classification: { channel, business, reason } })}
    >
      {(form) => (
        <>
          {AXES.map((axis) => (
            <Form.Item key={axis} name={axis} label={t(`field.${axis}`)} rules={rules}>
              <ClassPicker axis={axis} />
            </Form.Item>
          ))}
          {guesses ? (
            <>
              <h3 className={styles.subtitle}>{t('guess.title')}</h3>
              <Form.Item noStyle shouldUpdate>
                {() => (
                  <Guesses
                    guesses={guesses}
                    aspects={AXES}
                    held={form.getFieldsValue()}
                    onTake={(aspect, key) => form.setFieldValue(aspect as Axis, key)}
                  />
                )}
              </Form.Item>
            </>
          ) : null}
        </>
      )}
    </ActForm>
  );
}

interface AssignFields {
  unit: string;
  person?: string;
  why?: string;
}

export function AssignForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm<'assign', AssignFields>
      verb="assign"
      {...props}
      toRequest={({ unit, person, why }) => ({
        unit,
        ...(person ? { person } : {}),
        ...(why?.trim() ? { why } : {}),
      })}
    >
      {(form) => (
        <>
          <p className={styles.hint}>
            {t('assign.present')} <UnitName path={props.order.unit} />
          </p>
          <UnitAndPerson onUnit={() => form.setFieldValue('person', undefined)} />
          <Words name="why" label={t('form.why')} rows={2} charsMax={REMARK_CHARS_MAX} isOptional />
        </>
      )}
    </ActForm>
  );
}

/** A unit, and somebody of it or nobody in particular. */
export function UnitAndPerson({ onUnit }: { onUnit: () => void }) {
  const { t } = useTranslation('voice');
  const unit = Form.useWatch<string | undefined>('unit');
  return (
    <>
      <Form.Item name="unit" label={t('field.unit')} rules={[{ required: true, message: t('form.choose') }]}>
        <UnitPicker onChange={onUnit} />
      </Form.Item>
      <Form.Item name="person" label={t('assign.person')} extra={t('assign.anybody')}>
        <StaffPicker unit={unit} />
      </Form.Item>
    </>
  );
}

interface TaskFields {
  unit: string;
  person?: string;
  ask: string;
  due?: string;
}

export function OpenTaskForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm<'open_task', TaskFields>
      verb="open_task"
      {...props}
      toRequest={({ unit, person, ask, due }) => ({
        unit,
        ask,
        ...(person ? { person } : {}),
        ...(due ? { due: untilOf(due) } : {}),
      })}
    >
      {(form) => (
        <>
          <UnitAndPerson onUnit={() => form.setFieldValue('person', undefined)} />
          <Words name="ask" label={t('task.ask')} rows={5} charsMax={REMARK_CHARS_MAX} />
          <UntilField label={t('task.due')} isOptional />
        </>
      )}
    </ActForm>
  );
}

interface TaskTextFields {
  task: string;
  text: string;
}

function TaskField({ order }: { order: Order }) {
  const { t } = useTranslation('voice');
  const open = order.tasks.filter((task) => task.state === 'open');
  return (
    <Form.Item name="task" label={t('task.which')} rules={[{ required: true, message: t('form.choose') }]}>
      <Radio.Group
        className={styles.choices}
        options={open.map((task) => ({ value: task.id, label: `${codeOf(task.unit)}：${task.ask}` }))}
      />
    </Form.Item>
  );
}

const firstTask = (order: Order) => {
  const task = order.tasks.find((one) => one.state === 'open');
  return task ? { task: task.id } : {};
};

export function AnswerTaskForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm<'answer_task', TaskTextFields>
      verb="answer_task"
      {...props}
      initial={firstTask(props.order)}
      toRequest={({ task, text }) => ({ task, text })}
    >
      <TaskField order={props.order} />
      <Words name="text" label={t('task.answer')} rows={6} charsMax={REMARK_CHARS_MAX} />
    </ActForm>
  );
}

export function CancelTaskForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm<'cancel_task', TaskTextFields>
      verb="cancel_task"
      {...props}
      initial={firstTask(props.order)}
      toRequest={({ task, text }) => ({ task, text })}
    >
      <TaskField order={props.order} />
      <Words name="text" label={t('form.why')} rows={2} charsMax={REMARK_CHARS_MAX} />
    </ActForm>
  );
}

interface LinkFields {
  other: string;
  relation: Schemas['Relation'];
}

export function LinkForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm<'link', LinkFields>
      verb="link"
      {...props}
      initial={{ relation: 'related_to' }}
      toRequest={({ other, relation }) => ({ other: orderIdOf(other), relation })}
    >
      <Form.Item
        name="other"
        label={t('link.other')}
        extra={t('link.hint')}
        rules={[{ required: true, whitespace: true, message: t('form.write') }]}
      >
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item required name="relation" label={t('link.relation')}>
        <Radio.Group
          className={styles.choices}
          options={(['duplicate_of', 'follow_up_of', 'related_to'] as const).map((relation) => ({
            value: relation,
            label: t(`relation.${relation}`),
          }))}
        />
      </Form.Item>
    </ActForm>
  );
}

/** The id in what was pasted: the id itself, or the address of the order's page. */
export function orderIdOf(pasted: string): string {
  return /wo_[0-9a-z]+/.exec(pasted)?.[0] ?? pasted.trim();
}

export function UnlinkForm(props: FormProps) {
  const { t } = useTranslation('voice');
  const own = props.order.links.filter((link) => !link.is_incoming);
  return (
    <ActForm<'unlink', { other: string }> verb="unlink" {...props} toRequest={({ other }) => ({ other })}>
      <Form.Item name="other" label={t('link.which')} rules={[{ required: true, message: t('form.choose') }]}>
        <Radio.Group
          className={styles.choices}
          options={own.map((link) => ({
            value: link.other,
            label: `${t(`relation.${link.relation}`)} ${link.other}`,
          }))}
        />
      </Form.Item>
    </ActForm>
  );
}

interface RepresentativeFields {
  standing: Schemas['Standing'];
  name: string;
  phone?: string;
  identity?: string;
}

export function NameRepresentativeForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm<'name_representative', RepresentativeFields>
      verb="name_representative"
      {...props}
      initial={{ standing: 'agent' }}
      toRequest={({ standing, name, phone, identity }) => ({
        representative: {
          standing,
          name,
          ...(phone?.trim() ? { phone } : {}),
          ...(identity?.trim() ? { identity } : {}),
        },
      })}
    >
      <Form.Item required name="standing" label={t('representative.standing')}>
        <Radio.Group
          options={(['agent', 'heir'] as const).map((one) => ({ value: one, label: t(`standing.${one}`) }))}
        />
      </Form.Item>
      <Form.Item
        name="name"
        label={t('person.name')}
        rules={[{ required: true, whitespace: true, message: t('form.write') }]}
      >
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="phone" label={t('person.phone')}>
        <Input autoComplete="off" inputMode="tel" />
      </Form.Item>
      <Form.Item name="identity" label={t('person.identity')}>
        <Input autoComplete="off" />
      </Form.Item>
      <p className={styles.hint}>{t('representative.papers')}</p>
    </ActForm>
  );
}

interface AmendFields {
  nature: Schemas['Nature'];
  party: Schemas['PersonRequest'];
  keepCustomer: boolean;
}

export function AmendForm(props: FormProps) {
  const { t } = useTranslation('voice');
  const { customer, nature } = props.order.party;
  return (
    <ActForm<'amend', AmendFields>
      verb="amend"
      {...props}
      initial={{ nature, keepCustomer: customer !== undefined && customer !== null }}
      toRequest={({ nature: kind, party, keepCustomer }) => ({
        nature: kind,
        party: party ?? {},
        ...(keepCustomer && customer ? { customer } : {}),
      })}
    >
      <p className={styles.hint}>{t('amend.hint')}</p>
      <Form.Item name="nature" label={t('amend.nature')}>
        <Select
          options={(['natural', 'organisation', 'anonymous'] as const).map((one) => ({
            value: one,
            label: t(`nature.${one}`),
          }))}
        />
      </Form.Item>
      {customer ? (
        <Form.Item name="keepCustomer" valuePropName="checked">
          <Checkbox>{t('amend.keepCustomer')}</Checkbox>
        </Form.Item>
      ) : null}
      <PersonFields base={['party']} />
    </ActForm>
  );
}
