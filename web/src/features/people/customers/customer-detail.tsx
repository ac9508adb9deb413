//! One customer, masked; in clear for a reason and leaving a trace; and the erasure, which two people decide.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Popconfirm } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { listed } from '../../../lib/text.ts';
import { momentOf } from '../../../lib/time.ts';
import { Loaded } from '../../../parts/loaded.tsx';
import { ActorName } from '../../../parts/names.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useSubmit } from '../../../parts/submit.ts';
import { Facts } from '../../../ui/facts.tsx';
import styles from '../staff/staff-page.module.css';
import { CUSTOMERS, type Customer } from './data.ts';

/** How long what was revealed stays on the screen. */
const SHOWN_MS = 120_000;

export function CustomerDetail({ id }: { id: string }) {
  const query = useQuery({
    queryKey: [...CUSTOMERS, 'one', id],
    queryFn: () => ok(api.GET('/api/people/customers/{id}', { params: { path: { id } } })),
  });
  return (
    <Loaded query={query} rows={8}>
      {(customer) => <Content customer={customer} />}
    </Loaded>
  );
}

function Content({ customer }: { customer: Customer }) {
  const { t, i18n } = useTranslation('people');
  const [shown, setShown] = useState<Schemas['RevealedBody']>();
  useEffect(() => {
    if (!shown) return;
    const timer = setTimeout(() => setShown(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [shown]);
  const tags = [...(customer.is_elder ? [t('tag.elder')] : []), ...customer.tags.map((tag) => t(`tag.${tag}`))];
  return (
    <>
      <Facts
        facts={[
          [t('staff.name'), shown?.name ?? customer.name_masked],
          [t('customersPage.number'), shown?.number ?? customer.number_masked],
          [t('staff.phone'), shown?.phone ?? customer.phone_masked],
          [t('findBy.identity'), shown?.identity ?? customer.identity_masked],
          [t('customersPage.address'), shown?.address ?? customer.address_masked],
          ...(shown && shown.accounts.length > 0
            ? [[t('findBy.account'), shown.accounts.join(', ')] as [string, string]]
            : []),
          [t('customersPage.unit'), customer.unit.name],
          [t('customersPage.tags'), listed(tags, i18n.language) || '—'],
          [t('customersPage.edition'), t(`edition.${customer.edition}`)],
          [t('customersPage.since'), momentOf(customer.created_at)],
        ]}
      />
      {customer.erased_at ? (
        <p className={styles.reason}>{t('customersPage.erasedAt', { at: momentOf(customer.erased_at) })}</p>
      ) : null}
      {shown ? (
        <div className={styles.actions}>
          <Button onClick={() => setShown(undefined)}>{t('customersPage.hide')}</Button>
        </div>
      ) : (
        <Reveal customer={customer} onShown={setShown} />
      )}
      <Erasure customer={customer} />
    </>
  );
}

function useAction(customer: Customer, name: string) {
  const action = customer.allowed_actions.find((one) => one.action === name);
  return { isAllowed: action?.allowed ?? false, reason: action?.reason ?? undefined };
}

interface RevealProps {
  customer: Customer;
  onShown: (shown: Schemas['RevealedBody']) => void;
}

function Reveal({ customer, onShown }: RevealProps) {
  const { t } = useTranslation('people');
  const [reason, setReason] = useState('');
  const submission = useSubmit();
  const { isAllowed, reason: whyNot } = useAction(customer, 'reveal');
  const params = { path: { id: customer.id } };
  const reveal = () =>
    submission.run(async () => {
      onShown(await ok(api.POST('/api/people/customers/{id}/reveal', { params, body: { reason: reason.trim() } })));
    });
  if (!isAllowed) return <p className={styles.reason}>{whyNot}</p>;
  return (
    <form
      className={styles.actions}
      onSubmit={(event) => {
        event.preventDefault();
        void reveal();
      }}
    >
      <Input
        aria-label={t('customersPage.revealWhy')}
        placeholder={t('customersPage.revealWhy')}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        style={{ flex: 1 }}
      />
      <Button htmlType="submit" disabled={reason.trim() === ''} loading={submission.busy}>
        {t('customersPage.reveal')}
      </Button>
      {submission.problem ? <ProblemNotice error={submission.problem} /> : null}
    </form>
  );
}

function Erasure({ customer }: { customer: Customer }) {
  const { t } = useTranslation('people');
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const submission = useSubmit();
  const propose = useAction(customer, 'propose-erasure');
  const decline = useAction(customer, 'decline-erasure');
  const erase = useAction(customer, 'erase');
  const params = { path: { id: customer.id } };
  const run = (work: () => Promise<unknown>) =>
    submission.run(async () => {
      await work();
      setReason('');
      await queries.invalidateQueries({ queryKey: CUSTOMERS });
    });
  const body = { reason: reason.trim() };
  if (!customer.erasure && !propose.isAllowed) return null;
  return (
    <section>
      <h3>{t('customersPage.erasure')}</h3>
      {customer.erasure ? (
        <p className={styles.reason}>
          {`${momentOf(customer.erasure.proposed_at)} · `}
          <ActorName actor={customer.erasure.proposed_by} />
          {`：${customer.erasure.reason}`}
        </p>
      ) : (
        <p className={styles.reason}>{t('customersPage.erasureNote')}</p>
      )}
      <div className={styles.actions}>
        <Input
          aria-label={t('customersPage.reason')}
          placeholder={t('customersPage.reason')}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          style={{ flex: 1 }}
        />
        {customer.erasure ? (
          <>
            <Button
              disabled={!decline.isAllowed || body.reason === ''}
              title={decline.reason}
              loading={submission.busy}
              onClick={() =>
                void run(() => ok(api.POST('/api/people/customers/{id}/decline-erasure', { params, body })))
              }
            >
              {t('customersPage.decline')}
            </Button>
            <Popconfirm
              title={t('customersPage.eraseSure')}
              onConfirm={() => void run(() => ok(api.POST('/api/people/customers/{id}/erase', { params })))}
            >
              <Button danger disabled={!erase.isAllowed} title={erase.reason} loading={submission.busy}>
                {t('customersPage.erase')}
              </Button>
            </Popconfirm>
          </>
        ) : (
          <Button
            disabled={body.reason === ''}
            loading={submission.busy}
            onClick={() => void run(() => ok(api.POST('/api/people/customers/{id}/propose-erasure', { params, body })))}
          >
            {t('customersPage.propose')}
          </Button>
        )}
      </div>
      {submission.problem ? <ProblemNotice error={submission.problem} /> : null}
    </section>
  );
}
