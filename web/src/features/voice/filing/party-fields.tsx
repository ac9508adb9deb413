//! Who complains. A customer of the bank is found by a number, and what the bank holds need not be typed again.

import { Button, Checkbox, Form, Input, Radio, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { holds, useSession } from '../../../api/session.ts';
import { Nothing } from '../../../parts/loaded.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useSubmit } from '../../../parts/submit.ts';
import { MoodTag } from '../../../ui/mood.tsx';
import { PersonFields } from '../order/person-fields.tsx';
import styles from './file-page.module.css';

export function PartyFields() {
  const { t } = useTranslation('voice');
  const session = useSession();
  const nature = Form.useWatch<Schemas['Nature'] | undefined>('nature');
  const customer = Form.useWatch<string | undefined>('customer');
  const hasRepresentative = Form.useWatch<boolean | undefined>('hasRepresentative');
  return (
    <>
      <Form.Item required name="nature" label={t('amend.nature')}>
        <Radio.Group
          options={(['natural', 'organisation', 'anonymous'] as const).map((one) => ({
            value: one,
            label: t(`nature.${one}`),
          }))}
        />
      </Form.Item>
      {nature === 'anonymous' ? (
        <p className={styles.hint}>{t('file.anonymous')}</p>
      ) : (
        <>
          {holds(session, 'people.customer.see') ? (
            <Form.Item name="customer" label={t('file.customer')} extra={t('file.customerHint')}>
              <CustomerField />
            </Form.Item>
          ) : null}
          {customer ? (
            <PersonFields base={['party']} fields={['phone', 'account', 'email']} />
          ) : (
            <PersonFields base={['party']} required={['name']} />
          )}
        </>
      )}
      <Form.Item name="hasRepresentative" valuePropName="checked">
        <Checkbox>{t('file.hasRepresentative')}</Checkbox>
      </Form.Item>
      {hasRepresentative ? <Representative /> : null}
    </>
  );
}

function Representative() {
  const { t } = useTranslation('voice');
  return (
    <>
      <Form.Item
        required
        name={['representative', 'standing']}
        label={t('representative.standing')}
        initialValue="agent"
      >
        <Radio.Group
          options={(['agent', 'heir'] as const).map((one) => ({ value: one, label: t(`standing.${one}`) }))}
        />
      </Form.Item>
      <Form.Item
        name={['representative', 'name']}
        label={t('person.representative_name')}
        rules={[{ required: true, whitespace: true, message: t('form.write') }]}
      >
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name={['representative', 'phone']} label={t('person.representative_phone')}>
        <Input autoComplete="off" inputMode="tel" />
      </Form.Item>
      <Form.Item name={['representative', 'identity']} label={t('person.representative_identity')}>
        <Input autoComplete="off" />
      </Form.Item>
      <p className={styles.hint}>{t('representative.papers')}</p>
    </>
  );
}

interface CustomerFieldProps {
  value?: string;
  onChange?: (id: string | undefined) => void;
}

type Customer = Schemas['CustomerBody'];

/** Finds a customer by one of their numbers, and shows who was found, masked. */
function CustomerField({ value, onChange }: CustomerFieldProps) {
  const { t } = useTranslation('voice');
  const [by, setBy] = useState<Schemas['FindBy']>('phone');
  const [typed, setTyped] = useState('');
  const [found, setFound] = useState<Customer[]>();
  const submission = useSubmit();
  const find = () =>
    submission.run(async () => {
      const body = { by, value: typed.trim() };
      setFound((await ok(api.POST('/api/people/customers/find', { body }))).items);
    });
  const chosen = found?.find((one) => one.id === value);
  if (value) {
    return (
      <div className={styles.customer}>
        {chosen ? <CustomerWords customer={chosen} /> : <span>{value}</span>}
        <Button size="small" onClick={() => onChange?.(undefined)}>
          {t('file.otherCustomer')}
        </Button>
      </div>
    );
  }
  return (
    <>
      <div className={styles.find}>
        <Select
          aria-label={t('find.by')}
          value={by}
          onChange={setBy}
          style={{ width: 128 }}
          options={(['phone', 'number', 'identity', 'account'] as const).map((one) => ({
            value: one,
            label: one === 'number' ? t('person.number') : t(`person.${one}`),
          }))}
        />
        <Input
          aria-label={t('find.value')}
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onPressEnter={(event) => {
            event.preventDefault();
            void find();
          }}
        />
        <Button onClick={() => void find()} loading={submission.busy} disabled={typed.trim() === ''}>
          {t('find.go')}
        </Button>
      </div>
      <div aria-live="polite">
        {submission.problem ? <ProblemNotice error={submission.problem} /> : null}
        {found?.length === 0 ? <Nothing>{t('file.noCustomer')}</Nothing> : null}
        {found?.map((one) => (
          <div key={one.id} className={styles.customer}>
            <CustomerWords customer={one} />
            <Button size="small" onClick={() => onChange?.(one.id)}>
              {t('file.thisCustomer')}
            </Button>
          </div>
        ))}
      </div>
    </>
  );
}

function CustomerWords({ customer }: { customer: Customer }) {
  const { t } = useTranslation('voice');
  return (
    <span className={styles.found}>
      {`${customer.name_masked} · ${customer.phone_masked} · ${customer.unit.name} `}
      {customer.is_elder ? <MoodTag mood="soon">{t('tag.elder')}</MoodTag> : null}
      {customer.tags.map((tag) => (
        <MoodTag key={tag} mood="none">
          {t(`tag.${tag}`)}
        </MoodTag>
      ))}
    </span>
  );
}
