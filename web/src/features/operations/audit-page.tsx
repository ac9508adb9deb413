//! Who did what, when. People are named by id in the address; seeing personal data in clear stands out.

import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, Checkbox, DatePicker, Input, type TableProps } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../api/client.ts';
import { holds, useSession } from '../../api/session.ts';
import { momentOf } from '../../lib/time.ts';
import { ActorName } from '../../parts/names.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { pages } from '../../parts/pages.ts';
import { StaffPicker } from '../../parts/staff-picker.tsx';
import { UnitPicker } from '../../parts/unit-picker.tsx';
import { MoodTag } from '../../ui/mood.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import type { AuditFilters } from './filters.ts';
import styles from './operations.module.css';

type Trace = Schemas['TraceBody'];

const route = getRouteApi('/audit');

export function AuditPage() {
  const { t } = useTranslation('operations');
  const filters = route.useSearch();
  const query = useInfiniteQuery(
    pages<Trace>(['operations', 'audit', filters], (after) =>
      ok(api.GET('/api/operations/audit', { params: { query: { ...filters, ...(after ? { after } : {}) } } })),
    ),
  );
  const found = query.data?.pages.reduce((count, page) => count + page.items.length, 0) ?? 0;
  const empty = query.hasNextPage ? t('audit.noneYet') : t('audit.none');
  return (
    <Page title={t('audit.title')} note={t('audit.note')}>
      <Filters filters={filters} />
      <Panel title={t('audit.list')} flush>
        <PagedTable<Trace>
          label={t('audit.list')}
          query={query}
          columns={useColumns()}
          rowKey={(row) => `${row.position}`}
          empty={empty}
        />
      </Panel>
      <p aria-live="polite" className={styles.quiet}>
        {query.isSuccess ? t(query.hasNextPage ? 'audit.soFar' : 'audit.all', { count: found }) : ''}
      </p>
    </Page>
  );
}

function Filters({ filters }: { filters: AuditFilters }) {
  const { t } = useTranslation('operations');
  const navigate = useNavigate();
  const [unit, setUnit] = useState<string>();
  const maySeeStaff = holds(useSession(), 'people.staff.see');
  const set = (change: { [K in keyof AuditFilters]?: AuditFilters[K] | undefined }) => {
    const next = Object.entries({ ...filters, ...change }).filter(([, value]) => value !== undefined && value !== '');
    void navigate({ to: '/audit', search: Object.fromEntries(next) as AuditFilters });
  };
  const day = (text: string | undefined) => (text ? dayjs(text) : null);
  return (
    <div className={styles.filters}>
      {maySeeStaff ? (
        <>
          <UnitPicker
            aria-label={t('audit.unit')}
            placeholder={t('audit.unit')}
            value={unit}
            onChange={setUnit}
            style={{ minWidth: 200 }}
          />
          {unit ? (
            <StaffPicker
              aria-label={t('history.actor')}
              unit={unit}
              {...(filters.actor?.startsWith('staff:') ? { value: filters.actor.slice('staff:'.length) } : {})}
              onChange={(id) => set({ actor: id ? `staff:${id}` : undefined })}
            />
          ) : null}
        </>
      ) : null}
      {filters.actor ? (
        <Button size="small" onClick={() => set({ actor: undefined })}>
          {t('audit.anybody')} (<ActorName actor={filters.actor} />)
        </Button>
      ) : null}
      <Input.Search
        key={`kind ${filters.kind ?? ''}`}
        defaultValue={filters.kind}
        allowClear
        aria-label={t('audit.kind')}
        placeholder={t('audit.kindHint')}
        onSearch={(kind) => set({ kind: kind.trim() })}
        className={styles.choice ?? ''}
      />
      <Input.Search
        key={`stream ${filters.stream ?? ''}`}
        defaultValue={filters.stream}
        allowClear
        aria-label={t('history.stream')}
        placeholder={t('history.placeholder')}
        onSearch={(stream) => set({ stream: stream.trim() })}
        className={styles.choice ?? ''}
      />
      <DatePicker.RangePicker
        value={[day(filters.from), day(filters.until)]}
        allowEmpty={[true, true]}
        onChange={(_, texts) => set({ from: texts?.[0] || undefined, until: texts?.[1] || undefined })}
        aria-label={t('audit.days')}
      />
      <Checkbox
        checked={filters.revealing === true}
        onChange={(event) => set({ revealing: event.target.checked ? true : undefined })}
      >
        {t('audit.revealingOnly')}
      </Checkbox>
    </div>
  );
}

function useColumns(): TableProps<Trace>['columns'] {
  const { t } = useTranslation('operations');
  const mayRead = holds(useSession(), 'operations.history.see');
  return [
    { key: 'at', title: t('history.at'), render: (_, row) => momentOf(row.at) },
    { key: 'actor', title: t('history.actor'), render: (_, row) => <ActorName actor={row.actor} withUnit /> },
    {
      key: 'kind',
      title: t('history.kind'),
      render: (_, row) => (
        <>
          <span className={styles.code}>{row.kind}</span>{' '}
          {row.is_revealing ? <MoodTag mood="overdue">{t('audit.revealing')}</MoodTag> : null}
        </>
      ),
    },
    {
      key: 'stream',
      title: t('history.stream'),
      render: (_, row) =>
        mayRead ? (
          <Link to="/history" search={{ stream: row.stream }} className={styles.code}>
            {row.stream}
          </Link>
        ) : (
          <span className={styles.code}>{row.stream}</span>
        ),
    },
    { key: 'cause', title: t('history.cause'), render: (_, row) => <span className={styles.code}>{row.cause}</span> },
  ];
}
