//! Forms of acts that end an order: decide, decline, deliver, report back, withdraw.

import { Button, Checkbox, Form, Input, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import { dateOf, instantOf } from '../../../lib/time.ts';
import { AmountField, amountOf } from '../../../parts/amount-field.tsx';
import { NARRATIVE_CHARS_MAX, Words } from '../../../parts/words-field.tsx';
import type { Order } from '../data.ts';
import { useClassTitle } from '../words.ts';
import styles from './act-form.module.css';
import { ActForm } from './act-form.tsx';
import { AtField, type FormProps, MeansField } from './forms-simple.tsx';

const OUTCOMES = {
  complaint: ['substantiated', 'partly_substantiated', 'not_substantiated', 'answered'],
  other: ['answered', 'substantiated', 'partly_substantiated', 'not_substantiated'],
} as const;

const PRINCIPLES = ['reasonable_settled', 'unreasonable_explained', 'hardship_helped', 'violations_corrected'] as const;

/**
 * Complaints and petitions are decided by at least one of the four principles. Not `required`: Ant Design would say so in an
 * attribute that a group must not have.
 */
function principleRules(order: Order, message: string) {
  const isAsked = order.matter === 'complaint' || order.matter === 'petition';
  const check = (_: unknown, chosen?: string[]) =>
    isAsked && !chosen?.length ? Promise.reject(new Error(message)) : Promise.resolve();
  return [{ validator: check }];
}

interface DecideFields {
  outcome: Schemas['Outcome'];
  facts: string;
  basis: string;
  answer: string;
  principles?: Schemas['Principle'][];
  compensation?: string;
  waiver?: string;
}

export function DecideForm(props: FormProps) {
  const { t } = useTranslation('voice');
  const { order } = props;
  const template = useTemplate(order);
  return (
    <ActForm<'decide', DecideFields>
      verb="decide"
      {...props}
      toRequest={({ outcome, facts, basis, answer, principles, compensation, waiver }) => ({
        outcome,
        facts,
        basis,
        answer,
        principles: principles ?? [],
        ...amountOf('compensation', compensation),
        ...amountOf('waiver', waiver),
      })}
    >
      {(form) => (
        <>
          <Form.Item name="outcome" label={t('decide.outcome')} rules={[{ required: true, message: t('form.choose') }]}>
            <Radio.Group
              options={OUTCOMES[order.matter === 'complaint' ? 'complaint' : 'other'].map((outcome) => ({
                value: outcome,
                label: t(`outcome.${outcome}`),
              }))}
            />
          </Form.Item>
          <Form.Item noStyle dependencies={['outcome']}>
            {() => {
              const outcome = form.getFieldValue('outcome') as Schemas['Outcome'] | undefined;
              return (
                <Button
                  size="small"
                  disabled={!outcome}
                  title={outcome ? undefined : t('decide.outcomeFirst')}
                  onClick={() => outcome && form.setFieldsValue(startOf(form.getFieldsValue(), template(outcome)))}
                  style={{ marginBottom: 12 }}
                >
                  {t('decide.template')}
                </Button>
              );
            }}
          </Form.Item>
          <Words name="facts" label={t('decide.facts')} rows={5} charsMax={NARRATIVE_CHARS_MAX} />
          <Words name="basis" label={t('decide.basis')} rows={4} charsMax={NARRATIVE_CHARS_MAX} />
          <Words
            name="answer"
            label={t('decide.answer')}
            extra={t('decide.answerHint')}
            rows={5}
            charsMax={NARRATIVE_CHARS_MAX}
          />
          <Form.Item name="principles" label={t('decide.principles')} rules={principleRules(order, t('form.choose'))}>
            <Checkbox.Group
              className={styles.choices}
              options={PRINCIPLES.map((principle) => ({ value: principle, label: t(`principle.${principle}`) }))}
            />
          </Form.Item>
          <AmountField name="compensation" label={t('decide.compensation')} extra={t('award.limit')} />
          <AmountField name="waiver" label={t('decide.waiver')} />
          <p className={styles.hint}>{t('decide.remedies')}</p>
        </>
      )}
    </ActForm>
  );
}

type Texts = Pick<DecideFields, 'facts' | 'basis' | 'answer'>;

/** The template where nothing is written yet; what somebody wrote is never replaced. */
export function startOf(written: Partial<Texts>, template: Texts): Texts {
  const pick = (key: keyof Texts) => (written[key]?.trim() ? (written[key] ?? '') : template[key]);
  return { facts: pick('facts'), basis: pick('basis'), answer: pick('answer') };
}

/** The opening words of a decision, with what the order tells already. */
function useTemplate(order: Order): (outcome: Schemas['Outcome']) => Texts {
  const { t } = useTranslation('voice');
  const title = useClassTitle();
  return (outcome) => {
    const blanks = {
      day: dateOf(order.received_at),
      matter: t(`matter.${order.matter}`),
      business: title('business', order.classes?.business) || t('template.business'),
      reason: title('reason', order.classes?.reason) || t('template.reason'),
      request: order.request?.trim() || t('template.request'),
    };
    return {
      facts: t(`template.${outcome}.facts`, blanks),
      basis: t(`template.${outcome}.basis`, blanks),
      answer: t(`template.${outcome}.answer`, blanks),
    };
  };
}

const GROUNDS = ['not_entitled', 'out_of_scope', 'before_authority', 'settled', 'incomplete'] as const;

interface DeclineFields extends Texts {
  ground: Schemas['DeclineGround'];
}

export function DeclineForm(props: FormProps) {
  const { t } = useTranslation('voice');
  const template = useTemplate(props.order);
  return (
    <ActForm<'decline', DeclineFields>
      verb="decline"
      danger
      {...props}
      toRequest={({ ground, facts, basis, answer }) => ({ ground, facts, basis, answer })}
    >
      {(form) => (
        <>
          <Form.Item name="ground" label={t('decline.ground')} rules={[{ required: true, message: t('form.choose') }]}>
            <Radio.Group
              className={styles.choices}
              options={GROUNDS.map((ground) => ({ value: ground, label: t(`ground.${ground}`) }))}
            />
          </Form.Item>
          <Button
            size="small"
            style={{ marginBottom: 12 }}
            onClick={() => form.setFieldsValue(startOf(form.getFieldsValue(), template('declined')))}
          >
            {t('decide.template')}
          </Button>
          <Words name="facts" label={t('decide.facts')} rows={4} charsMax={NARRATIVE_CHARS_MAX} />
          <Words name="basis" label={t('decide.basis')} rows={4} charsMax={NARRATIVE_CHARS_MAX} />
          <Words name="answer" label={t('decide.answer')} rows={4} charsMax={NARRATIVE_CHARS_MAX} />
        </>
      )}
    </ActForm>
  );
}

interface NotifyFields {
  letter: string;
  means: Schemas['Means'];
  reference?: string;
  language: Schemas['LetterLanguage'];
  at?: string;
}

export function NotifyForm(props: FormProps) {
  const { t } = useTranslation('voice');
  const owed = props.order.letters.filter((letter) => letter.is_owed);
  return (
    <ActForm<'notify', NotifyFields>
      verb="notify"
      {...props}
      initial={{ language: 'zh', ...(owed[0] ? { letter: owed[0].id } : {}) }}
      toRequest={({ letter, means, reference, language, at }) => ({
        letter,
        means,
        language,
        ...(reference?.trim() ? { reference } : {}),
        ...(at ? { at: instantOf(at) } : {}),
      })}
    >
      <Form.Item name="letter" label={t('notify.letter')} rules={[{ required: true, message: t('form.choose') }]}>
        <Radio.Group
          className={styles.choices}
          options={owed.map((letter) => ({ value: letter.id, label: t(`letter.${letter.kind}`) }))}
        />
      </Form.Item>
      <MeansField />
      <Form.Item name="reference" label={t('notify.reference')} extra={t('notify.referenceHint')}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item required name="language" label={t('notify.language')}>
        <Radio.Group
          options={(['zh', 'en'] as const).map((language) => ({ value: language, label: t(`notify.${language}`) }))}
        />
      </Form.Item>
      <AtField />
    </ActForm>
  );
}

interface ReportFields {
  items?: Schemas['ReportItem'][];
  means: Schemas['Means'];
  reference?: string;
  at?: string;
}

export function ReportBackForm(props: FormProps) {
  const { t } = useTranslation('voice');
  const { outstanding } = props.order.origin;
  return (
    <ActForm<'report_back', ReportFields>
      verb="report_back"
      {...props}
      initial={{ items: outstanding }}
      toRequest={({ items, means, reference, at }) => ({
        means,
        ...(items && items.length > 0 ? { items } : {}),
        ...(reference?.trim() ? { reference } : {}),
        ...(at ? { at: instantOf(at) } : {}),
      })}
    >
      {outstanding.length > 0 ? (
        <Form.Item name="items" label={t('report.items')}>
          <Checkbox.Group
            className={styles.choices}
            options={outstanding.map((item) => ({ value: item, label: t(`report.item.${item}`) }))}
          />
        </Form.Item>
      ) : null}
      <MeansField label={t('report.means')} />
      <Form.Item name="reference" label={t('report.reference')}>
        <Input autoComplete="off" />
      </Form.Item>
      <AtField />
    </ActForm>
  );
}

interface WithdrawFields {
  means: Schemas['Means'];
  paper: string;
  words?: string;
  at?: string;
}

export function WithdrawForm(props: FormProps) {
  const { t } = useTranslation('voice');
  const papers = props.order.attachments.filter((file) => file.purpose === 'withdrawal');
  return (
    <ActForm<'withdraw', WithdrawFields>
      verb="withdraw"
      danger
      {...props}
      initial={papers[0] ? { paper: papers[0].id } : {}}
      toRequest={({ means, paper, words, at }) => ({
        means,
        paper,
        ...(words?.trim() ? { words } : {}),
        ...(at ? { at: instantOf(at) } : {}),
      })}
    >
      <p className={styles.hint}>{t('withdraw.hint')}</p>
      <Form.Item name="paper" label={t('withdraw.paper')} rules={[{ required: true, message: t('withdraw.attach') }]}>
        <Select
          options={papers.map((file) => ({ value: file.id, label: file.name }))}
          notFoundContent={t('withdraw.attach')}
        />
      </Form.Item>
      <MeansField label={t('withdraw.means')} />
      <Words name="words" label={t('withdraw.words')} rows={3} charsMax={NARRATIVE_CHARS_MAX} isOptional />
      <AtField />
    </ActForm>
  );
}
