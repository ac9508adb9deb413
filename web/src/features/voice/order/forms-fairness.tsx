//! Forms about who may: grants above one's limit, people who have no hand in the matter, and what lay at the root of it.

import { useQuery } from '@tanstack/react-query';
import { Form, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import { holds, useSession } from '../../../api/session.ts';
import type { Language } from '../../../lib/language.ts';
import { amountText } from '../../../lib/money.ts';
import { textOf } from '../../../lib/text.ts';
import { AmountField, amountOf } from '../../../parts/amount-field.tsx';
import { REMARK_CHARS_MAX, Words } from '../../../parts/words-field.tsx';
import { causesQuery, type Order } from '../data.ts';
import styles from './act-form.module.css';
import { ActForm } from './act-form.tsx';
import type { FormProps } from './forms-simple.tsx';
import { PersonOfUnit } from './person-of-unit.tsx';

interface AwardFields {
  compensation?: string;
  waiver?: string;
  why: string;
}

export function ProposeAwardForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm<'propose_award', AwardFields>
      verb="propose_award"
      {...props}
      toRequest={({ compensation, waiver, why }) => ({
        why,
        ...amountOf('compensation', compensation),
        ...amountOf('waiver', waiver),
      })}
    >
      <p className={styles.hint}>{t('award.hint')}</p>
      <AmountField name="compensation" label={t('decide.compensation')} />
      <AmountField name="waiver" label={t('decide.waiver')} />
      <Words name="why" label={t('form.why')} rows={3} charsMax={REMARK_CHARS_MAX} />
    </ActForm>
  );
}

/** The requests that nobody has answered, each with its sums, who asks and why. */
function openAwards(order: Order) {
  return order.awards.filter((award) => award.state === 'open');
}

function AwardField({ order }: { order: Order }) {
  const { t, i18n } = useTranslation('voice');
  const sums = (award: Schemas['AwardBody']) =>
    (['compensation', 'waiver'] as const)
      .flatMap((part) => {
        const amount = award[part];
        return amount ? [`${t(`decide.${part}`)} ${amountText(amount, i18n.language as Language)}`] : [];
      })
      .join(' · ');
  return (
    <Form.Item name="number" label={t('award.which')} rules={[{ required: true, message: t('form.choose') }]}>
      <Radio.Group
        className={styles.choices}
        options={openAwards(order).map((award) => ({ value: award.number, label: `${sums(award)}：${award.why}` }))}
      />
    </Form.Item>
  );
}

function firstAward(order: Order): { number?: number } {
  const first = openAwards(order)[0];
  return first ? { number: first.number } : {};
}

/** Asks for nothing but which request is meant. */
function NumberForm({ verb, ...props }: FormProps & { verb: 'approve_award' | 'recall_award' }) {
  return (
    <ActForm<typeof verb, { number: number }>
      verb={verb}
      {...props}
      initial={firstAward(props.order)}
      toRequest={({ number }) => ({ number })}
    >
      <AwardField order={props.order} />
    </ActForm>
  );
}

export function ApproveAwardForm(props: FormProps) {
  return <NumberForm verb="approve_award" {...props} />;
}

export function RecallAwardForm(props: FormProps) {
  return <NumberForm verb="recall_award" {...props} />;
}

export function RefuseAwardForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm<'refuse_award', { number: number; why: string }>
      verb="refuse_award"
      {...props}
      initial={firstAward(props.order)}
      toRequest={({ number, why }) => ({ number, why })}
    >
      <AwardField order={props.order} />
      <Words name="why" label={t('form.why')} rows={3} charsMax={REMARK_CHARS_MAX} />
    </ActForm>
  );
}

const RECUSAL_GROUNDS = [
  'complained_of',
  'took_part',
  'related',
  'asked',
] as const satisfies Schemas['RecusalGround'][];

interface RecuseFields {
  unit?: string;
  person: string;
  ground: Schemas['RecusalGround'];
  why?: string;
}

export function RecuseForm(props: FormProps) {
  const { t } = useTranslation('voice');
  const session = useSession();
  const mayOthers = holds(session, 'voice.order.assign');
  const own = session.staff?.id;
  return (
    <ActForm<'recuse', RecuseFields>
      verb="recuse"
      danger
      {...props}
      initial={{ ...(session.unit ? { unit: session.unit.id } : {}), ...(own ? { person: own } : {}) }}
      toRequest={({ person, ground, why }) => ({ person, ground, ...(why?.trim() ? { why } : {}) })}
    >
      <p className={styles.hint}>{t('recusal.hint')}</p>
      {mayOthers ? (
        <PersonOfUnit label={t('recusal.person')} />
      ) : (
        <Form.Item name="person" hidden>
          <input type="hidden" />
        </Form.Item>
      )}
      <Form.Item name="ground" label={t('recusal.ground')} rules={[{ required: true, message: t('form.choose') }]}>
        <Radio.Group
          className={styles.choices}
          options={RECUSAL_GROUNDS.map((ground) => ({ value: ground, label: t(`recusal.${ground}`) }))}
        />
      </Form.Item>
      <Words name="why" label={t('form.why')} rows={3} charsMax={REMARK_CHARS_MAX} isOptional />
    </ActForm>
  );
}

/** The bank's own list of root causes. */
export function CauseField() {
  const { t, i18n } = useTranslation('voice');
  const { data, isFetching } = useQuery(causesQuery);
  return (
    <Form.Item name="cause" label={t('cause.which')} rules={[{ required: true, message: t('form.choose') }]}>
      <Select
        loading={isFetching}
        showSearch={{ optionFilterProp: 'label' }}
        options={(data?.causes ?? []).map(({ key, title }) => ({ value: key, label: textOf(title, i18n.language) }))}
      />
    </Form.Item>
  );
}

export function FindCauseForm(props: FormProps) {
  const { t } = useTranslation('voice');
  const { cause } = props.order;
  return (
    <ActForm<'find_cause', { cause: string; detail?: string }>
      verb="find_cause"
      {...props}
      initial={cause ? { cause: cause.key, ...(cause.detail ? { detail: cause.detail } : {}) } : {}}
      toRequest={({ cause: key, detail }) => ({ cause: key, ...(detail?.trim() ? { detail } : {}) })}
    >
      <CauseField />
      <Words name="detail" label={t('cause.detail')} rows={4} charsMax={REMARK_CHARS_MAX} isOptional />
    </ActForm>
  );
}
