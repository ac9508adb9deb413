//! The queue: every order that the reader may see and that fits the filters in the address.

import { PlusOutlined } from '@ant-design/icons';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { holds, useSession } from '../../../api/session.ts';
import { usePreferences } from '../../../lib/preferences.ts';
import { useShortcuts } from '../../../lib/shortcuts.ts';
import { LiveTable } from '../../../parts/live-table.tsx';
import { useStanding } from '../../../parts/standing.ts';
import { Page } from '../../../ui/page.tsx';
import { LIVE_URL, type OrderRow, orderRows } from '../data.ts';
import { FindByNumber } from '../find-by-number.tsx';
import { bulkVerbsOf } from './bulk/actions.ts';
import { BulkBar } from './bulk/bulk-bar.tsx';
import { useSelection } from './bulk/selection.ts';
import { useBulk } from './bulk/use-bulk.tsx';
import { markOfRow, useOrderColumns } from './columns.tsx';
import { ExportQueue } from './export-button.tsx';
import { FilterBar } from './filter-bar.tsx';
import { countOf, type Filters, withChange } from './filters.ts';
import { rememberQueue } from './last.ts';

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
  const standing = useStanding(list.queryKey);
  const [active] = standing.row;
  useEffect(() => rememberQueue(filters), [filters]);
  const [isFinding, setFinding] = useState(false);
  const verbs = bulkVerbsOf(session);
  const canPick = verbs.length > 0;
  const selection = useSelection(filters);
  const bulk = useBulk(selection);
  const columns = useOrderColumns(density, canPick ? selection : undefined);

  const setFilters = useCallback(
    (next: Filters) => void navigate({ to: '/orders', search: next, replace: true }),
    [navigate],
  );
  const open = useCallback(
    (row: OrderRow) => void navigate({ to: '/orders/$order', params: { order: row.id } }),
    [navigate],
  );
  useQueueShortcuts({ filters, setFilters });
  usePickShortcut(canPick && active ? () => selection.toggle(active) : undefined);

  const canFile = holds(session, 'voice.order.file');
  return (
    <Page
      fill
      title={t('queue.title')}
      actions={
        <>
          {bulk.last && !bulk.isOpen ? <Button onClick={bulk.reopen}>{t('bulk.last')}</Button> : null}
          {holds(session, 'voice.order.export') ? <ExportQueue filters={filters} /> : null}
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
      <LiveTable
        list={list}
        url={LIVE_URL}
        label={t('queue.title')}
        columns={columns}
        onOpen={open}
        standing={standing}
        markOf={markOfRow}
        {...(canPick ? { picks: { selected: selection.orders, onSelect: selection.toggle } } : {})}
        words={{
          empty: countOf(filters) > 0 ? t('queue.noneFits') : t('queue.none'),
          end: (count) => t('queue.end', { count }),
          news: (count) => (count > 0 ? t('queue.news', { count }) : t('queue.changed')),
        }}
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
