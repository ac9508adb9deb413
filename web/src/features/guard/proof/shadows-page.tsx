//! Versions in the shadow, newest first: which run, which fell behind. A new one begins here.

import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, type TableProps } from 'antd';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { holds, useSession } from '../../../api/session.ts';
import type { Language } from '../../../lib/language.ts';
import { countText } from '../../../lib/quantity.ts';
import { useShortcuts } from '../../../lib/shortcuts.ts';
import { textOf } from '../../../lib/text.ts';
import { momentOf } from '../../../lib/time.ts';
import { ActorName } from '../../../parts/names.tsx';
import { PagedTable } from '../../../parts/paged-table.tsx';
import { Writing } from '../../../parts/writing.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { type BacktestFilters, readBacktestFilters } from './filters.ts';
import { RunStateTag } from './run-state.tsx';
import { type Shadow, shadowPages, useShadowActs } from './shadow-data.ts';
import { VersionField } from './version-field.tsx';

const route = getRouteApi('/shadows');

/** The shadows with the filters of the address. */
export function ShadowsRoute() {
  return <ShadowsPage filters={route.useSearch()} />;
}

export function ShadowsPage({ filters }: { filters: BacktestFilters }) {
  const { t } = useTranslation('proof');
  const navigate = useNavigate();
  const canRun = holds(useSession(), 'guard.backtest.run');
  const query = useInfiniteQuery(shadowPages(filters.scenario));
  const columns = useColumns();
  const open = (id: string) => void navigate({ to: '/shadows/$shadow', params: { shadow: id } });
  const change = (part: Record<string, unknown>) =>
    void navigate({ to: '/shadows', search: readBacktestFilters({ ...filters, ...part }), replace: true });
  const begin = () => change({ start: true });
  useShortcuts(canRun ? [{ keys: 'n', label: t('shadow.start'), group: 'page', run: begin }] : []);
  return (
    <Page
      title={t('shadow.title')}
      note={t('shadow.note')}
      actions={
        canRun ? (
          <Button type="primary" onClick={begin}>
            {t('shadow.start')}
          </Button>
        ) : null
      }
    >
      <Panel
        title={t(filters.scenario ? 'shadow.ofVersion' : 'shadow.all')}
        flush
        extra={
          filters.scenario ? (
            <Button size="small" onClick={() => change({ scenario: undefined })}>
              {t('backtest.every')}
            </Button>
          ) : null
        }
      >
        <PagedTable<Shadow>
          label={t('shadow.all')}
          query={query}
          columns={columns}
          rowKey={(row) => row.id}
          empty={t('shadow.none')}
          onOpen={(row) => open(row.id)}
        />
      </Panel>
      {canRun ? (
        <StartShadow
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

function useColumns(): TableProps<Shadow>['columns'] {
  const { t, i18n } = useTranslation('proof');
  const guard = useTranslation('guard');
  return [
    {
      key: 'title',
      title: guard.t('scenario.one'),
      render: (_, row) => (
        <Link to="/shadows/$shadow" params={{ shadow: row.id }}>
          {guard.t('decision.version', { name: textOf(row.title, i18n.language), version: row.number })}
        </Link>
      ),
    },
    { key: 'state', title: guard.t('column.stage'), render: (_, row) => <RunStateTag state={row.state} /> },
    {
      key: 'dropped',
      title: t('shadow.dropped'),
      align: 'right',
      render: (_, row) => <span className="numbers">{countText(row.dropped, i18n.language as Language)}</span>,
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
    {
      key: 'ended',
      title: t('backtest.ended'),
      render: (_, row) => <span className="numbers">{row.ended_at ? momentOf(row.ended_at) : '—'}</span>,
    },
  ];
}

interface StartShadowProps {
  open: boolean;
  scenario: string | undefined;
  onClose: () => void;
  onStarted: (id: string) => void;
}

function StartShadow({ open, scenario, onClose, onStarted }: StartShadowProps) {
  const { t } = useTranslation('proof');
  const acts = useShadowActs();
  // What was sent leads to its page; what was closed stays where it was.
  const started = useRef<string>(undefined);
  return (
    <Writing<{ scenario: string }>
      open={open}
      title={t('shadow.start')}
      {...(scenario ? { initial: { scenario } } : {})}
      onSend={async (fields) => {
        started.current = (await acts.start(fields)).id;
      }}
      onClose={() => (started.current ? onStarted(started.current) : onClose())}
    >
      <p>{t('shadow.startHint')}</p>
      <VersionField name="scenario" />
    </Writing>
  );
}
