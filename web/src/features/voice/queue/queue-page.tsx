//! The queue: every order that the reader may see and that fits the filters in the address.

import { PlusOutlined } from '@ant-design/icons';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { type Dispatch, type SetStateAction, useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { holds, useSession } from '../../../api/session.ts';
import { usePreferences } from '../../../lib/preferences.ts';
import { useShortcuts } from '../../../lib/shortcuts.ts';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { LongTable, type LongTableHandle } from '../../../ui/long-table.tsx';
import { Page } from '../../../ui/page.tsx';
import type { OrderRow } from '../data.ts';
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
import { useOrderRows } from './rows.ts';

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
  const { query, rows, news, hasNews, startOver } = useOrderRows(filters);
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
  useQueueShortcuts({ rows, active, setActive, open, reload, filters, setFilters });
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
        foot={<Foot query={query} count={rows.length} isFiltered={countOf(filters) > 0} />}
      />
      {bulk.drawer}
      <FindByNumber open={isFinding} onClose={() => setFinding(false)} />
    </Page>
  );
}

interface FootProps {
  query: { isPending: boolean; isFetchingNextPage: boolean; hasNextPage: boolean; isError: boolean };
  count: number;
  isFiltered: boolean;
}

/** What stands under the last row. */
function Foot({ query, count, isFiltered }: FootProps) {
  const { t } = useTranslation('voice');
  if (query.isPending || query.isFetchingNextPage) return <span role="status">{t('queue.loading')}</span>;
  if (query.isError) return null;
  if (count === 0) return <span role="status">{isFiltered ? t('queue.noneFits') : t('queue.none')}</span>;
  return query.hasNextPage ? null : <span>{t('queue.end', { count })}</span>;
}

interface QueueKeys {
  rows: OrderRow[];
  active: string | undefined;
  setActive: Dispatch<SetStateAction<string | undefined>>;
  open: (row: OrderRow) => void;
  reload: () => void;
  filters: Filters;
  setFilters: (next: Filters) => void;
}

function useQueueShortcuts({ rows, active, setActive, open, reload, filters, setFilters }: QueueKeys): void {
  const { t } = useTranslation('voice');
  const navigate = useNavigate();
  const at = useMemo(() => rows.findIndex((row) => row.id === active), [rows, active]);
  // From the row that is meant now, not from the one that was shown last: two quick presses are two rows.
  const step = (by: number) =>
    setActive((now) => {
      const from = rows.findIndex((row) => row.id === now);
      return rows[Math.min(rows.length - 1, Math.max(0, from + by))]?.id ?? now;
    });
  useShortcuts([
    { keys: 'j', label: t('key.next'), group: 'page', run: () => step(1) },
    { keys: 'k', label: t('key.previous'), group: 'page', run: () => step(-1) },
    {
      keys: 'o',
      label: t('key.open'),
      group: 'page',
      run: () => {
        const row = rows[at];
        if (row) open(row);
      },
    },
    { keys: 'n', label: t('file.title'), group: 'page', run: () => void navigate({ to: '/orders/new' }) },
    { keys: 'r', label: t('key.reload'), group: 'page', run: reload },
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
