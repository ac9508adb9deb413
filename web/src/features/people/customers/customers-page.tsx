//! Customers as lists show them, masked; found by an exact number, which goes in a body and never in an address.

import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, Drawer, Input, Select, type TableProps } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { PagedTable } from '../../../parts/paged-table.tsx';
import { pages } from '../../../parts/pages.ts';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useSubmit } from '../../../parts/submit.ts';
import { UnitPicker } from '../../../parts/unit-picker.tsx';
import { MoodTag } from '../../../ui/mood.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import styles from '../staff/staff-page.module.css';
import { CustomerDetail } from './customer-detail.tsx';
import { CUSTOMERS, type Customer, type CustomerFilters, TAGS } from './data.ts';

const route = getRouteApi('/customers');

export function CustomersPage() {
  const { t } = useTranslation('people');
  const filters = route.useSearch();
  const [openId, setOpen] = useState<string>();
  const [found, setFound] = useState<Customer[]>();
  const query = useInfiniteQuery(
    pages<Customer>([...CUSTOMERS, filters], (after) =>
      ok(api.GET('/api/people/customers', { params: { query: { ...filters, ...(after ? { after } : {}) } } })),
    ),
  );
  const columns = useColumns(setOpen);
  return (
    <Page title={t('customersPage.title')}>
      <Find onFound={setFound} />
      {found ? (
        <Panel
          title={t('customersPage.found')}
          extra={
            <Button size="small" onClick={() => setFound(undefined)}>
              {t('customersPage.all')}
            </Button>
          }
          flush
        >
          <FoundTable rows={found} columns={columns} />
        </Panel>
      ) : (
        <>
          <Filters filters={filters} />
          <Panel title={t('customersPage.list')} flush>
            <PagedTable<Customer>
              label={t('customersPage.title')}
              query={query}
              columns={columns}
              rowKey={(row) => row.id}
              empty={t('customersPage.none')}
              onOpen={(row) => setOpen(row.id)}
            />
          </Panel>
        </>
      )}
      <Drawer
        open={openId !== undefined}
        title={t('customersPage.one')}
        onClose={() => setOpen(undefined)}
        destroyOnHidden
        size={480}
      >
        {openId ? <CustomerDetail key={openId} id={openId} /> : null}
      </Drawer>
    </Page>
  );
}

interface FoundTableProps {
  rows: Customer[];
  columns: TableProps<Customer>['columns'];
}

/** What an exact search found: a handful that never has a second page. */
function FoundTable({ rows, columns }: FoundTableProps) {
  const { t } = useTranslation('people');
  const query = {
    data: { pages: [{ items: rows, page: {} }], pageParams: [undefined] },
    error: null,
    isPending: false,
    hasNextPage: false,
  } as unknown as Parameters<typeof PagedTable<Customer>>[0]['query'];
  return (
    <PagedTable<Customer>
      label={t('customersPage.found')}
      query={query}
      columns={columns}
      rowKey={(row) => row.id}
      empty={t('customersPage.notFound')}
    />
  );
}

function useColumns(open: (id: string) => void): TableProps<Customer>['columns'] {
  const { t } = useTranslation('people');
  return [
    {
      key: 'name',
      title: t('staff.name'),
      render: (_, row) => (
        <Button type="link" size="small" className={styles.name} onClick={() => open(row.id)}>
          {row.name_masked || t('customersPage.erased')}
        </Button>
      ),
    },
    { key: 'number', title: t('customersPage.number'), dataIndex: 'number_masked' },
    { key: 'phone', title: t('staff.phone'), dataIndex: 'phone_masked' },
    { key: 'unit', title: t('customersPage.unit'), render: (_, row) => row.unit.name },
    {
      key: 'tags',
      title: t('customersPage.tags'),
      render: (_, row) => (
        <>
          {row.is_elder ? <MoodTag mood="soon">{t('tag.elder')}</MoodTag> : null}{' '}
          {row.tags.map((tag) => (
            <MoodTag key={tag} mood="none">
              {t(`tag.${tag}`)}
            </MoodTag>
          ))}
          {row.erasure ? <MoodTag mood="overdue">{t('customersPage.erasureWaits')}</MoodTag> : null}
        </>
      ),
    },
    {
      key: 'orders',
      title: t('unit.orders'),
      render: (_, row) => (
        <Link to="/orders" search={{ customer: row.id }}>
          {t('unit.seeOrders')}
        </Link>
      ),
    },
  ];
}

function Filters({ filters }: { filters: CustomerFilters }) {
  const { t } = useTranslation('people');
  const navigate = useNavigate();
  const change = (part: { [K in keyof CustomerFilters]?: CustomerFilters[K] | undefined }) => {
    const next = Object.fromEntries(Object.entries({ ...filters, ...part }).filter(([, value]) => value));
    void navigate({ to: '/customers', search: next, replace: true });
  };
  return (
    <div className={styles.filters}>
      <UnitPicker
        aria-label={t('customersPage.unit')}
        placeholder={t('customersPage.unit')}
        value={filters.unit}
        onChange={(unit) => change({ unit })}
        style={{ width: 240 }}
      />
      <Select
        allowClear
        aria-label={t('customersPage.tags')}
        placeholder={t('customersPage.tags')}
        value={filters.tag}
        onChange={(tag?: Customer['tags'][number]) => change({ tag })}
        options={TAGS.map((tag) => ({ value: tag, label: t(`tag.${tag}`) }))}
        style={{ width: 160 }}
      />
      <Button
        aria-pressed={filters.erasure_waiting === true}
        type={filters.erasure_waiting ? 'primary' : 'default'}
        ghost={filters.erasure_waiting === true}
        onClick={() => change({ erasure_waiting: filters.erasure_waiting ? undefined : true })}
      >
        {t('customersPage.erasureWaits')}
      </Button>
    </div>
  );
}

function Find({ onFound }: { onFound: (found: Customer[]) => void }) {
  const { t } = useTranslation('people');
  const [by, setBy] = useState<Schemas['FindBy']>('phone');
  const [typed, setTyped] = useState('');
  const submission = useSubmit();
  const find = () =>
    submission.run(async () => {
      const body = { by, value: typed.trim() };
      onFound((await ok(api.POST('/api/people/customers/find', { body }))).items);
    });
  return (
    <>
      <form
        className={styles.filters}
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim() !== '') void find();
        }}
      >
        <Select
          aria-label={t('customersPage.findBy')}
          value={by}
          onChange={setBy}
          options={(['phone', 'number', 'identity', 'account'] as const).map((one) => ({
            value: one,
            label: t(`findBy.${one}`),
          }))}
          style={{ width: 140 }}
        />
        <Input
          autoComplete="off"
          aria-label={t('customersPage.findValue')}
          placeholder={t('customersPage.findValue')}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          style={{ width: 240 }}
        />
        <Button type="primary" htmlType="submit" loading={submission.busy} disabled={typed.trim() === ''}>
          {t('customersPage.find')}
        </Button>
      </form>
      {submission.problem ? <ProblemNotice error={submission.problem} /> : null}
    </>
  );
}
