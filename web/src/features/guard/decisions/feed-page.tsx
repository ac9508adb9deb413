//! Decisions as they are made, newest first. The feed can be paused to read in peace.

import { PauseOutlined, PlayCircleOutlined } from '@ant-design/icons';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, Checkbox, Select } from 'antd';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePreferences } from '../../../lib/preferences.ts';
import { useShortcuts } from '../../../lib/shortcuts.ts';
import { momentOf } from '../../../lib/time.ts';
import { ListFoot } from '../../../parts/list-foot.tsx';
import { UnitName } from '../../../parts/names.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useRowShortcuts } from '../../../parts/row-shortcuts.ts';
import { type Column, LongTable, type LongTableHandle } from '../../../ui/long-table.tsx';
import { MoodTag } from '../../../ui/mood.tsx';
import { Page } from '../../../ui/page.tsx';
import { OUTCOMES } from '../data.ts';
import { OutcomeTag } from '../words.tsx';
import type { DecisionRow } from './data.ts';
import styles from './decisions.module.css';
import { type DecisionFilters, EVENT_TYPES, readDecisionFilters } from './filters.ts';
import { useTypeTitle } from './type-title.ts';
import { useFeed } from './use-feed.ts';

const ROW_HEIGHT = { comfortable: 40, compact: 32 } as const;

const route = getRouteApi('/decisions');

/** The feed with the filters of the address. */
export function DecisionsRoute() {
  return <FeedPage filters={route.useSearch()} />;
}

interface FeedPageProps {
  filters: DecisionFilters;
}

export function FeedPage({ filters }: FeedPageProps) {
  const { t } = useTranslation('guard');
  const navigate = useNavigate();
  const { density } = usePreferences();
  const [isRunning, setRunning] = useState(true);
  const [active, setActive] = useState<string>();
  const table = useRef<LongTableHandle>(null);
  const { query, rows, error } = useFeed(filters, isRunning);
  const columns = useDecisionColumns();
  const open = useCallback(
    (row: DecisionRow) => void navigate({ to: '/decisions/$decision', params: { decision: row.id } }),
    [navigate],
  );
  const more = useCallback(() => {
    if (query.hasNextPage && !query.isFetchingNextPage && !query.isError) void query.fetchNextPage();
  }, [query.hasNextPage, query.isFetchingNextPage, query.isError, query.fetchNextPage]);
  const toggle = () => setRunning(!isRunning);
  useRowShortcuts({ rows, active, setActive, open, reload: () => table.current?.toTop() });
  useShortcuts([{ keys: 'p', label: t(isRunning ? 'feed.pause' : 'feed.run'), group: 'page', run: toggle }]);
  const trouble = query.error ?? error;
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <Page
      fill
      title={t('feed.title')}
      note={<span role="status">{t(isRunning ? 'feed.running' : 'feed.paused')}</span>}
      actions={
        <Button
          icon={isRunning ? <PauseOutlined /> : <PlayCircleOutlined />}
          type={isRunning ? 'default' : 'primary'}
          onClick={toggle}
        >
          {t(isRunning ? 'feed.pause' : 'feed.run')}
        </Button>
      }
    >
      <Filters filters={filters} />
      {trouble ? <ProblemNotice error={trouble} onRetry={() => void query.refetch()} /> : null}
      <LongTable
        ref={table}
        label={t('feed.title')}
        columns={columns}
        rows={rows}
        keyOf={(row) => row.id}
        rowHeight={ROW_HEIGHT[density]}
        active={active}
        onActive={setActive}
        onOpen={open}
        onNearEnd={more}
        markOf={(row) => (row.outcome === 'hold' || row.outcome === 'block' ? 'var(--mood-overdue)' : undefined)}
        foot={
          <ListFoot
            query={query}
            count={rows.length}
            empty={isFiltered ? t('feed.noneFits') : t('feed.none')}
            end={t('feed.end', { count: rows.length })}
          />
        }
      />
    </Page>
  );
}

function Filters({ filters }: FeedPageProps) {
  const { t } = useTranslation('guard');
  const navigate = useNavigate();
  const title = useTypeTitle();
  const change = (part: Record<string, unknown>) =>
    void navigate({ to: '/decisions', search: readDecisionFilters({ ...filters, ...part }), replace: true });
  return (
    <div className={styles.bar} role="search" aria-label={t('filter.title')}>
      <Select
        aria-label={t('feed.outcome')}
        placeholder={t('feed.outcome')}
        value={filters.outcome ?? null}
        onChange={(outcome: string | null | undefined) => change({ outcome })}
        options={OUTCOMES.map((value) => ({ value, label: t(`outcome.${value}`) }))}
        allowClear
        style={{ width: 170 }}
      />
      <Select
        aria-label={t('feed.type')}
        placeholder={t('feed.type')}
        value={filters.event_type ?? null}
        onChange={(event_type: string | null | undefined) => change({ event_type })}
        options={EVENT_TYPES.map((value) => ({ value, label: title(value) }))}
        allowClear
        style={{ width: 170 }}
      />
      <Checkbox
        checked={filters.only_unscreened ?? false}
        onChange={(event) => change({ only_unscreened: event.target.checked })}
      >
        {t('feed.unscreened')}
      </Checkbox>
    </div>
  );
}

function useDecisionColumns(): Column<DecisionRow>[] {
  const { t } = useTranslation('guard');
  const title = useTypeTitle();
  return useMemo<Column<DecisionRow>[]>(
    () => [
      {
        key: 'decided',
        title: t('feed.decided'),
        width: '150px',
        cell: (row) => (
          <Link
            to="/decisions/$decision"
            params={{ decision: row.id }}
            className={`${styles.title} numbers`}
            tabIndex={-1}
          >
            {momentOf(row.decided_at)}
          </Link>
        ),
      },
      {
        key: 'outcome',
        title: t('feed.outcome'),
        width: '120px',
        cell: (row) =>
          row.outcome ? <OutcomeTag outcome={row.outcome} /> : <MoodTag mood="none">{t('feed.recorded')}</MoodTag>,
      },
      {
        key: 'score',
        title: t('feed.score'),
        width: '70px',
        align: 'end',
        cell: (row) => <span className="numbers">{row.score}</span>,
      },
      { key: 'type', title: t('feed.type'), width: 'minmax(110px, 1fr)', cell: (row) => title(row.event_type) },
      {
        key: 'unit',
        title: t('open.unit'),
        width: 'minmax(140px, 2fr)',
        cell: (row) => <UnitName path={row.unit} />,
      },
      {
        key: 'screened',
        title: t('feed.screening'),
        width: '120px',
        cell: (row) => (row.is_screened ? t('feed.screened') : <MoodTag mood="soon">{t('feed.notScreened')}</MoodTag>),
      },
    ],
    [t, title],
  );
}
