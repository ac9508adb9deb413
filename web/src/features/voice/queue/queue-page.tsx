//! The queue: every order that the reader may see and that fits the filters in the address.

import { PlusOutlined } from '@ant-design/icons';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { holds, useSession } from '../../../api/session.ts';
import { usePreferences } from '../../../lib/preferences.ts';
import { useShortcuts } from '../../../lib/shortcuts.ts';
import { ListFoot } from '../../../parts/list-foot.tsx';
import { useLiveRows } from '../../../parts/live-rows.ts';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useRowShortcuts } from '../../../parts/row-shortcuts.ts';
import { LongTable, type LongTableHandle } from '../../../ui/long-table.tsx';
import { Page } from '../../../ui/page.tsx';
import { LIVE_URL, type OrderRow, orderRows } from '../data.ts';
import { FindByNumber } from '../find-by-number.tsx';
import { bulkVerbsOf } from './bulk/actions.ts';
import { BulkBar } from './bulk/bulk-bar.tsx';
import { useSelection } from './bulk/selection.ts';
import { useBulk } from './bulk/use-bulk.tsx';
import { markOfRow, useOrderColumns } from './columns.tsx';
import { ExportButton } from './export-button.tsx';
import { FilterBar } from './filter-bar.tsx';
import { countOf, type Filters, withChange } from './filters.ts';
import styles from './queue-page.module.css';

const ROW_HEIGHT = { comfortable: 46, compact: 34 } as const;

const route = getRouteApi('/orders');

/** The queue with the filters of the address. */
export function QueueRoute() {
  return <QueuePage filters={route.useSearch()} />;
}

interface QueuePageProps {
  filters: Filters;
}

export function QueuePage({ filters }: QueuePageProps) {
  const { t } = useTranslation('voice');
  const navigate = useNavigate();
  const { density } = usePreferences();
  const session = useSession();
  const list = useMemo(() => orderRows(filters), [filters]);
  const { query, rows, news, hasNews, startOver } = useLiveRows(list, LIVE_URL);
  const [active, setActive] = useState<string>();
  const [isFinding, setFinding] = useState(false);
  const table = useRef<LongTableHandle>(null);
  const verbs = bulkVerbsOf(session);
  const selection = useSelection(filters);
  const bulk = useBulk(selection);
  const columns = useOrderColumns(density, verbs.length > 0 ? selection : undefined);

  const setFilters = useCallback(
    (next: Filters) => void navigate({ to: '/orders', search: next, replace: true }),
    [navigate],
  );
  const open = useCallback(
    (row: OrderRow) => void navigate({ to: '/orders/$order', params: { order: row.id } }),
    [navigate],
  );
  const more = useCallback(() => {
    if (query.hasNextPage && !query.isFetchingNextPage && !query.isError) void query.fetchNextPage();
  }, [query.hasNextPage, query.isFetchingNextPage, query.isError, query.fetchNextPage]);
  const reload = () => {
    startOver();
    table.current?.toTop();
  };
  useRowShortcuts({ rows, active, setActive, open, reload });
  useQueueShortcuts({ filters, setFilters });
  usePickShortcut(verbs.length > 0 && active ? () => selection.toggle(active) : undefined);

  const canFile = holds(session, 'voice.order.file');
  return (
    <Page
      fill
      title={t('queue.title')}
      actions={
        <>
          {bulk.last && !bulk.isOpen ? <Button onClick={bulk.reopen}>{t('bulk.last')}</Button> : null}
          {holds(session, 'voice.order.export') ? <ExportButton filters={filters} /> : null}
          <Button onClick={() => setFinding(true)}>{t('find.title')}</Button>
          {canFile ? (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate({ to: '/orders/new' })}>
              {t('file.title')}
            </Button>
          ) : null}
        </>
      }
    >
      <FilterBar filters={filters} onChange={setFilters} />
      <BulkBar selection={selection} verbs={verbs} onVerb={bulk.choose} />
      <div role="status" className={styles.news}>
        {hasNews ? (
          <Button size="small" type="primary" ghost onClick={reload}>
            {news > 0 ? t('queue.news', { count: news }) : t('queue.changed')}
          </Button>
        ) : null}
      </div>
      {query.isError ? <ProblemNotice error={query.error} onRetry={() => void query.refetch()} /> : null}
      <LongTable
        ref={table}
        label={t('queue.title')}
        columns={columns}
        rows={rows}
        keyOf={(row) => row.id}
        rowHeight={ROW_HEIGHT[density]}
        active={active}
        onActive={setActive}
        onOpen={open}
        onNearEnd={more}
        markOf={markOfRow}
        {...(verbs.length > 0 ? { selected: selection.orders, onSelect: selection.toggle } : {})}
        foot={
          <ListFoot
            query={query}
            count={rows.length}
            empty={countOf(filters) > 0 ? t('queue.noneFits') : t('queue.none')}
            end={t('queue.end', { count: rows.length })}
          />
        }
      />
      {bulk.drawer}
      <FindByNumber open={isFinding} onClose={() => setFinding(false)} />
    </Page>
  );
}

interface QueueKeys {
  filters: Filters;
  setFilters: (next: Filters) => void;
}

function useQueueShortcuts({ filters, setFilters }: QueueKeys): void {
  const { t } = useTranslation('voice');
  const navigate = useNavigate();
  useShortcuts([
    { keys: 'n', label: t('file.title'), group: 'page', run: () => void navigate({ to: '/orders/new' }) },
    {
      keys: 'm',
      label: t('key.mine'),
      group: 'page',
      run: () => setFilters(withChange(filters, { handler: filters.handler === 'me' ? undefined : 'me' })),
    },
  ]);
}

function usePickShortcut(pick: (() => void) | undefined): void {
  const { t } = useTranslation('voice');
  useShortcuts(pick ? [{ keys: 'x', label: t('key.pick'), group: 'page', run: pick }] : []);
}
