//! Backtests, newest first: what was tried on which days, and how each stands. A new one begins here.

import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, type TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { holds, useSession } from '../../../api/session.ts';
import { useShortcuts } from '../../../lib/shortcuts.ts';
import { textOf } from '../../../lib/text.ts';
import { momentOf } from '../../../lib/time.ts';
import { ActorName } from '../../../parts/names.tsx';
import { PagedTable } from '../../../parts/paged-table.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { type Backtest, backtestPages } from './data.ts';
import { type BacktestFilters, readBacktestFilters } from './filters.ts';
import { spanOf } from './period.ts';
import { Progress, RunStateTag } from './run-state.tsx';
import { StartBacktest } from './start-backtest.tsx';

const route = getRouteApi('/backtests');

/** The backtests with the filters of the address. */
export function BacktestsRoute() {
  return <BacktestsPage filters={route.useSearch()} />;
}

export function BacktestsPage({ filters }: { filters: BacktestFilters }) {
  const { t } = useTranslation('proof');
  const navigate = useNavigate();
  const canRun = holds(useSession(), 'guard.backtest.run');
  const query = useInfiniteQuery(backtestPages(filters.scenario));
  const columns = useColumns();
  const open = (id: string) => void navigate({ to: '/backtests/$backtest', params: { backtest: id } });
  const change = (part: Record<string, unknown>) =>
    void navigate({ to: '/backtests', search: readBacktestFilters({ ...filters, ...part }), replace: true });
  const begin = () => change({ start: true });
  useShortcuts(canRun ? [{ keys: 'n', label: t('backtest.start'), group: 'page', run: begin }] : []);
  return (
    <Page
      title={t('backtest.title')}
      note={t('backtest.note')}
      actions={
        canRun ? (
          <Button type="primary" onClick={begin}>
            {t('backtest.start')}
          </Button>
        ) : null
      }
    >
      <Panel
        title={t(filters.scenario ? 'backtest.ofVersion' : 'backtest.all')}
        flush
        extra={
          filters.scenario ? (
            <Button size="small" onClick={() => change({ scenario: undefined })}>
              {t('backtest.every')}
            </Button>
          ) : null
        }
      >
        <PagedTable<Backtest>
          label={t('backtest.all')}
          query={query}
          columns={columns}
          rowKey={(row) => row.id}
          empty={t('backtest.none')}
          onOpen={(row) => open(row.id)}
        />
      </Panel>
      {canRun ? (
        <StartBacktest
          key={filters.scenario ?? ''}
          open={filters.start === true}
          scenario={filters.scenario}
          onClose={() => change({ start: undefined })}
          onStarted={open}
        />
      ) : null}
    </Page>
  );
}

function useColumns(): TableProps<Backtest>['columns'] {
  const { t, i18n } = useTranslation('proof');
  const guard = useTranslation('guard');
  return [
    {
      key: 'title',
      title: guard.t('scenario.one'),
      render: (_, row) => (
        <Link to="/backtests/$backtest" params={{ backtest: row.id }}>
          {guard.t('decision.version', { name: textOf(row.title, i18n.language), version: row.number })}
        </Link>
      ),
    },
    {
      key: 'state',
      title: guard.t('column.stage'),
      render: (_, row) => (
        <>
          <RunStateTag state={row.state} />{' '}
          {row.state === 'running' ? <Progress done={row.done} total={row.total} /> : null}
        </>
      ),
    },
    { key: 'period', title: t('backtest.period'), render: (_, row) => <span className="numbers">{spanOf(row)}</span> },
    {
      key: 'labels',
      title: t('backtest.labels'),
      render: (_, row) => <span className="numbers">{momentOf(row.labels_until)}</span>,
    },
    {
      key: 'started',
      title: t('backtest.started'),
      render: (_, row) => (
        <>
          <ActorName actor={row.started_by} /> <span className="numbers">{momentOf(row.started_at)}</span>
        </>
      ),
    },
  ];
}
