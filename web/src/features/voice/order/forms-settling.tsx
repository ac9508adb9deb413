//! Forms about settling with help and by agreement: a mediator, and repayment by instalments.

import { useQuery } from '@tanstack/react-query';
import { Form, Input, InputNumber, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import type { Language } from '../../../lib/language.ts';
import { amountText } from '../../../lib/money.ts';
import { textOf } from '../../../lib/text.ts';
import { AmountField, amountOf, wholeAmountOf } from '../../../parts/amount-field.tsx';
import { REMARK_CHARS_MAX, Words } from '../../../parts/words-field.tsx';
import { mediatorsQuery, type Order } from '../data.ts';
import styles from './act-form.module.css';
import { ActForm } from './act-form.tsx';
import type { FormProps } from './forms-simple.tsx';
import { UntilField, untilOf } from './until-field.tsx';

const SIDES = ['customer', 'bank'] as const satisfies Schemas['RepaymentSide'][];
const GROUNDS = [
  'no_legal_ground',
  'able_to_pay',
  'hardship_unproved',
  'beyond_policy',
] as const satisfies Schemas['RepaymentGround'][];

export function ReferMediationForm(props: FormProps) {
  const { t, i18n } = useTranslation('voice');
  const { data, isPending } = useQuery(mediatorsQuery);
  const options = data?.mediators?.map(({ key, title }) => ({
    value: key,
    label: textOf(title, i18n.language as Language),
  }));
  return (
    <ActForm<'refer_mediation', { mediator: string; why: string }>
      verb="refer_mediation"
      {...props}
      toRequest={({ mediator, why }) => ({ mediator, why })}
    >
      <Form.Item name="mediator" label={t('mediation.by')} rules={[{ required: true, message: t('form.choose') }]}>
        <Select loading={isPending} options={options ?? []} />
      </Form.Item>
      <Words name="why" label={t('form.why')} rows={3} charsMax={REMARK_CHARS_MAX} />
    </ActForm>
  );
}

type Remark = 'accept_mediation' | 'decline_mediation' | 'fail_mediation';

function RemarkForm({ verb, hint, ...props }: FormProps & { verb: Remark; hint?: string }) {
  const { t } = useTranslation('voice');
  return (
    <ActForm<typeof verb, { why: string }> verb={verb} {...props} toRequest={({ why }) => ({ why })}>
      {hint ? <p className={styles.hint}>{hint}</p> : null}
      <Words name="why" label={t('mediation.remark')} rows={3} charsMax={REMARK_CHARS_MAX} />
    </ActForm>
  );
}

export function AcceptMediationForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return <RemarkForm verb="accept_mediation" hint={t('mediation.acceptHint')} {...props} />;
}

export function DeclineMediationForm(props: FormProps) {
  return <RemarkForm verb="decline_mediation" {...props} />;
}

export function FailMediationForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return <RemarkForm verb="fail_mediation" hint={t('mediation.failHint')} {...props} />;
}

interface AgreeFields {
  terms: string;
  amount?: string;
  due: string;
}

export function AgreeMediationForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm<'agree_mediation', AgreeFields>
      verb="agree_mediation"
      {...props}
      toRequest={({ terms, amount, due }) => ({ terms, perform_by: untilOf(due), ...amountOf('amount', amount) })}
    >
      <Words name="terms" label={t('mediation.terms')} rows={5} charsMax={REMARK_CHARS_MAX} />
      <AmountField name="amount" label={t('mediation.amount')} />
      <UntilField label={t('mediation.performBy')} />
    </ActForm>
  );
}

export function PerformMediationForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm verb="perform_mediation" {...props} toRequest={() => ({})}>
      <p className={styles.hint}>{t('mediation.performHint')}</p>
    </ActForm>
  );
}

interface ProposeFields {
  side: Schemas['RepaymentSide'];
  total: string;
  waived?: string;
  instalments: number;
  first_on: string;
  words?: string;
}

export function ProposeRepaymentForm(props: FormProps) {
  const { t } = useTranslation('voice');
  const needed = [{ required: true, message: t('form.write') }];
  return (
    <ActForm<'propose_repayment', ProposeFields>
      verb="propose_repayment"
      {...props}
      initial={{ side: 'customer' }}
      toRequest={({ side, total, waived, instalments, first_on, words }) => ({
        side,
        terms: { total: wholeAmountOf(total), instalments, first_on, ...amountOf('waived', waived) },
        ...(words?.trim() ? { words } : {}),
      })}
    >
      <Form.Item required name="side" label={t('repayment.side')}>
        <Radio.Group options={SIDES.map((side) => ({ value: side, label: t(`repaymentSide.${side}`) }))} />
      </Form.Item>
      <AmountField name="total" label={t('repayment.total')} isNeeded />
      <AmountField name="waived" label={t('repayment.waived')} />
      <Form.Item name="instalments" label={t('repayment.instalments')} rules={needed}>
        <InputNumber min={1} precision={0} style={{ width: 180 }} />
      </Form.Item>
      <Form.Item name="first_on" label={t('repayment.firstOn')} rules={needed}>
        <Input type="date" style={{ width: 180 }} />
      </Form.Item>
      <Words name="words" label={t('repayment.words')} rows={3} charsMax={REMARK_CHARS_MAX} isOptional />
    </ActForm>
  );
}

function openRepayments(order: Order) {
  return order.repayments.filter((one) => one.state === 'open');
}

interface AnswerFields {
  number: number;
  is_agreed: boolean;
  ground?: Schemas['RepaymentGround'];
  words?: string;
}

export function AnswerRepaymentForm(props: FormProps) {
  const { t, i18n } = useTranslation('voice');
  const among = openRepayments(props.order);
  const sum = (one: Schemas['RepaymentBody']) =>
    t('repayment.plan', {
      total: amountText(one.terms.total, i18n.language as Language),
      count: one.terms.instalments,
    });
  return (
    <ActForm<'answer_repayment', AnswerFields>
      verb="answer_repayment"
      {...props}
      initial={{ ...(among[0] ? { number: among[0].number } : {}), is_agreed: true }}
      toRequest={({ number, is_agreed, ground, words }) => ({
        number,
        is_agreed,
        ...(ground && !is_agreed ? { ground } : {}),
        ...(words?.trim() ? { words } : {}),
      })}
    >
      <Form.Item name="number" label={t('repayment.which')} rules={[{ required: true, message: t('form.choose') }]}>
        <Radio.Group
          className={styles.choices}
          options={among.map((one) => ({
            value: one.number,
            label: `${t(`repaymentSide.${one.side}`)}：${sum(one)}`,
          }))}
        />
      </Form.Item>
      <Form.Item required name="is_agreed" label={t('repayment.answer')}>
        <Radio.Group
          options={[
            { value: true, label: t('repayment.agrees') },
            { value: false, label: t('repayment.refuses') },
          ]}
        />
      </Form.Item>
      <Form.Item
        noStyle
        shouldUpdate={(before, now) => before.is_agreed !== now.is_agreed || before.number !== now.number}
      >
        {(form) =>
          form.getFieldValue('is_agreed') ? null : (
            <GroundField
              isNeeded={among.some(
                ({ number, side }) => side === 'customer' && number === form.getFieldValue('number'),
              )}
            />
          )
        }
      </Form.Item>
      <Words name="words" label={t('repayment.words')} rows={3} charsMax={REMARK_CHARS_MAX} isOptional />
    </ActForm>
  );
}

/** Why a proposal is refused; the bank owes the customer a reason, the customer owes none. */
function GroundField({ isNeeded }: { isNeeded: boolean }) {
  const { t } = useTranslation('voice');
  return (
    <Form.Item
      name="ground"
      label={t('repayment.ground')}
      extra={t('repayment.groundHint')}
      rules={[{ required: isNeeded, message: t('form.choose') }]}
    >
      <Select
        allowClear
        options={GROUNDS.map((ground) => ({ value: ground, label: t(`repaymentGround.${ground}`) }))}
      />
    </Form.Item>
  );
}
