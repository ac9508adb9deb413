//! Opening an interception by hand: where, how much, who pays whom, what was noticed. One page; the dialogue follows.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { App, Button, Checkbox, Form, Input, Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { useSession } from '../../../api/session.ts';
import { draftOf, dropDraft, keepDraft } from '../../../lib/drafts.ts';
import { minorOf } from '../../../lib/money.ts';
import { useShortcuts } from '../../../lib/shortcuts.ts';
import { textOf } from '../../../lib/text.ts';
import { AmountField } from '../../../parts/amount-field.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useSubmit } from '../../../parts/submit.ts';
import { UnitPicker } from '../../../parts/unit-picker.tsx';
import { Words } from '../../../parts/words-field.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { bookQuery, OUTCOMES, type Outcome } from '../data.ts';
import styles from './interceptions.module.css';

const DRAFT = 'new interception';
const NAME_CHARS_MAX = 60;
const NUMBER_CHARS_MAX = 40;
const REASON_CHARS_MAX = 200;
const PURPOSE_CHARS_MAX = 4_000;
const CHANNELS = ['counter', 'teller_machine', 'app', 'online', 'phone'] as const satisfies Schemas['Channel'][];
/** What stops nothing needs no interception. */
const DEMANDS = OUTCOMES.filter((outcome) => outcome !== 'allow');

interface Fields {
  unit: string;
  channel: Schemas['Channel'];
  amount: string;
  payer?: Partial<Record<'name' | 'phone' | 'account', string>>;
  payee?: Partial<Record<'name' | 'account', string>>;
  purpose?: string;
  reason: string;
  outcome: Outcome;
  dialogue?: string[];
}

/** Only what was filled in. */
function filled<T extends Record<string, string | undefined>>(parts: T | undefined): Partial<T> {
  const there = Object.entries(parts ?? {}).filter(([, value]) => value?.trim());
  return Object.fromEntries(there.map(([name, value]) => [name, value?.trim()])) as Partial<T>;
}

export function requestOf(fields: Fields): Schemas['OpenInterceptionRequest'] {
  const { payer, payee, purpose, amount, dialogue = [], ...others } = fields;
  return {
    ...others,
    amount: minorOf(amount) ?? 0,
    payer: filled(payer),
    payee: filled(payee),
    dialogue,
    ...(purpose?.trim() ? { purpose: purpose.trim() } : {}),
  };
}

export function OpenPage() {
  const { t } = useTranslation('guard');
  const { message } = App.useApp();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { unit } = useSession();
  const [form] = Form.useForm<Fields>();
  const submission = useSubmit(form);
  const start = { unit: unit?.id, channel: 'counter', outcome: 'verify' };
  const open = (fields: Fields) =>
    submission.run(async () => {
      const { id } = await ok(api.POST('/api/guard/interceptions', { body: requestOf(fields) }));
      dropDraft(DRAFT);
      void queries.invalidateQueries({ queryKey: ['guard', 'interceptions'] });
      void message.success(t('open.done'));
      await navigate({ to: '/interceptions/$interception/dialogue', params: { interception: id } });
    });
  useShortcuts([
    { keys: 'mod+Enter', label: t('open.submit'), group: 'page', inFields: true, run: () => form.submit() },
  ]);
  return (
    <Page title={t('open.title')} note={t('open.note')}>
      <Form
        form={form}
        layout="vertical"
        initialValues={{ ...start, ...draftOf<Fields>(DRAFT) }}
        onValuesChange={(_, all: Fields) => keepDraft(DRAFT, all)}
        onFinish={(fields) => void open(fields)}
      >
        <div className={styles.form}>
          <Panel title={t('open.transfer')}>
            <TransferFields />
          </Panel>
          <Panel title={t('open.people')}>
            <PeopleFields />
          </Panel>
          <Panel title={t('open.noticed')}>
            <NoticedFields />
          </Panel>
        </div>
        <div className={styles.foot}>
          <div aria-live="polite" className={styles.problem}>
            {submission.problem ? <ProblemNotice error={submission.problem} /> : null}
          </div>
          <Button type="primary" htmlType="submit" loading={submission.busy}>
            {t('open.submit')}
          </Button>
        </div>
      </Form>
    </Page>
  );
}

function TransferFields() {
  const { t } = useTranslation('guard');
  const common = useTranslation();
  return (
    <>
      <AmountField name="amount" label={t('fact.amount')} isNeeded />
      <Form.Item required name="channel" label={t('open.channel')}>
        <Radio.Group
          className={styles.choices}
          options={CHANNELS.map((value) => ({ value, label: t(`channel.${value}`) }))}
        />
      </Form.Item>
      <Form.Item name="unit" label={t('open.unit')} rules={[{ required: true, message: common.t('form.choose') }]}>
        <UnitPicker allowClear={false} />
      </Form.Item>
    </>
  );
}

function PeopleFields() {
  const { t } = useTranslation('guard');
  const field = (name: [string, string], label: string, charsMax: number, isNumber = false) => (
    <Form.Item name={name} label={label}>
      <Input maxLength={charsMax} autoComplete="off" {...(isNumber ? { inputMode: 'numeric' } : {})} />
    </Form.Item>
  );
  return (
    <>
      <div className={styles.row}>
        {field(['payer', 'name'], t('field.name'), NAME_CHARS_MAX)}
        {field(['payer', 'phone'], t('field.phone'), NUMBER_CHARS_MAX, true)}
      </div>
      {field(['payer', 'account'], t('field.account'), NUMBER_CHARS_MAX, true)}
      {field(['payee', 'name'], t('field.payee_name'), NAME_CHARS_MAX)}
      {field(['payee', 'account'], t('field.payee_account'), NUMBER_CHARS_MAX, true)}
    </>
  );
}

function NoticedFields() {
  const { t, i18n } = useTranslation('guard');
  const { data: book } = useQuery(bookQuery);
  const parts = (book?.parts ?? []).filter(({ name }) => name !== book?.first && name !== book?.last);
  return (
    <>
      <Words name="reason" label={t('open.reason')} extra={t('open.reasonHint')} rows={2} charsMax={REASON_CHARS_MAX} />
      <Form.Item name="dialogue" label={t('open.dialogue')}>
        <Checkbox.Group
          className={styles.choices}
          options={parts.map(({ name, title }) => ({ value: name, label: textOf(title, i18n.language) }))}
        />
      </Form.Item>
      <Form.Item required name="outcome" label={t('open.outcome')}>
        <Select options={DEMANDS.map((value) => ({ value, label: t(`outcome.${value}`) }))} />
      </Form.Item>
      <Words name="purpose" label={t('fact.purpose')} rows={2} charsMax={PURPOSE_CHARS_MAX} isOptional />
    </>
  );
}
