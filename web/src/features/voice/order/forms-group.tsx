//! Forms about a group of complainants and about a major event: who belongs to it, who speaks, and the emergency plan.

import { Form, Input, Radio, Select, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../../api/session.ts';
import { textOf } from '../../../lib/text.ts';
import { instantOf } from '../../../lib/time.ts';
import type { Order } from '../data.ts';
import styles from './act-form.module.css';
import { ActForm } from './act-form.tsx';
import type { Requests } from './acts.ts';
import { AtField, type FormProps, MeansField } from './forms-simple.tsx';
import { PersonOfUnit } from './person-of-unit.tsx';

/** As long as the server takes a name. */
const NAME_CHARS_MAX = 100;

interface MemberFields {
  name: string;
  phone?: string;
  speaks?: boolean;
}

export function AddMemberForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm<'add_member', MemberFields>
      verb="add_member"
      {...props}
      toRequest={({ name, phone, speaks = false }) => ({ name, speaks, ...(phone?.trim() ? { phone } : {}) })}
    >
      <p className={styles.hint}>{t('group.hint')}</p>
      <Form.Item
        name="name"
        label={t('person.name')}
        rules={[{ required: true, whitespace: true, message: t('form.write') }]}
      >
        <Input autoComplete="off" maxLength={NAME_CHARS_MAX} />
      </Form.Item>
      <Form.Item name="phone" label={t('person.phone')}>
        <Input autoComplete="off" inputMode="tel" />
      </Form.Item>
      <Form.Item name="speaks" label={t('group.speaks')} valuePropName="checked">
        <Switch />
      </Form.Item>
    </ActForm>
  );
}

/** Which of the people who still take part. */
function MemberField({ order }: { order: Order }) {
  const { t } = useTranslation('voice');
  const present = order.group?.members.filter((member) => !member.has_left) ?? [];
  return (
    <Form.Item name="number" label={t('group.which')} rules={[{ required: true, message: t('form.choose') }]}>
      <Radio.Group
        className={styles.choices}
        options={present.map(({ number, name_masked, phone_masked, speaks }) => ({
          value: number,
          label: [name_masked, phone_masked, speaks ? t('group.speaker') : ''].filter(Boolean).join(' · '),
        }))}
      />
    </Form.Item>
  );
}

export function RemoveMemberForm(props: FormProps) {
  return (
    <ActForm<'remove_member', { number: number }>
      verb="remove_member"
      {...props}
      toRequest={({ number }) => ({ number })}
    >
      <MemberField order={props.order} />
    </ActForm>
  );
}

export function SetSpeakerForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm<'set_speaker', { number: number; speaks: boolean }>
      verb="set_speaker"
      {...props}
      initial={{ speaks: true }}
      toRequest={({ number, speaks }) => ({ number, speaks })}
    >
      <MemberField order={props.order} />
      <Form.Item name="speaks" label={t('group.speaks')} required>
        <Radio.Group
          options={[
            { value: true, label: t('group.yes') },
            { value: false, label: t('group.no') },
          ]}
        />
      </Form.Item>
    </ActForm>
  );
}

export function PutInChargeForm(props: FormProps) {
  const { t } = useTranslation('voice');
  const { unit } = useSession();
  return (
    <ActForm<'put_in_charge', { unit?: string; person: string }>
      verb="put_in_charge"
      {...props}
      initial={unit ? { unit: unit.id } : {}}
      toRequest={({ person }) => ({ person })}
    >
      <PersonOfUnit label={t('major.inCharge')} />
    </ActForm>
  );
}

export function TickPlanForm(props: FormProps) {
  const { t, i18n } = useTranslation('voice');
  const left = props.order.group?.major?.plan.filter((one) => !one.is_done) ?? [];
  return (
    <ActForm<'tick_plan', { item: string }> verb="tick_plan" {...props} toRequest={({ item }) => ({ item })}>
      <Form.Item name="item" label={t('major.which')} rules={[{ required: true, message: t('form.choose') }]}>
        <Select options={left.map(({ item, title }) => ({ value: item, label: textOf(title, i18n.language) }))} />
      </Form.Item>
    </ActForm>
  );
}

interface ReportFields {
  means: Requests['report_major']['means'];
  reference?: string;
  at?: string;
}

export function ReportMajorForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm<'report_major', ReportFields>
      verb="report_major"
      {...props}
      toRequest={({ means, reference, at }) => ({
        means,
        ...(reference?.trim() ? { reference } : {}),
        ...(at ? { at: instantOf(at) } : {}),
      })}
    >
      <p className={styles.hint}>{t('major.hint')}</p>
      <MeansField label={t('report.means')} />
      <Form.Item name="reference" label={t('report.reference')}>
        <Input autoComplete="off" />
      </Form.Item>
      <AtField />
    </ActForm>
  );
}
