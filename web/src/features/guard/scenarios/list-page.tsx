//! Scenarios and their versions, newest first: which decide, which are drafts.

import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { textOf } from '../../../lib/text.ts';
import { momentOf } from '../../../lib/time.ts';
import { type Mood, MoodTag } from '../../../ui/mood.tsx';
import { Page } from '../../../ui/page.tsx';
import { VersionsPanel } from '../versions-panel.tsx';
import { type Scenario, type ScenarioState, scenarioPages, specOf } from './data.ts';
import { readScenarioFilters, type ScenarioFilters, STATES } from './filters.ts';

const MOODS: Record<ScenarioState, Mood> = { draft: 'soon', live: 'met', retired: 'none' };

const route = getRouteApi('/scenarios');

/** The versions with the filters of the address. */
export function ScenariosRoute() {
  return <ScenariosPage filters={route.useSearch()} />;
}

export function ScenarioStateTag({ state }: { state: ScenarioState }) {
  const { t } = useTranslation('guard');
  return <MoodTag mood={MOODS[state]}>{t(`scenarioState.${state}`)}</MoodTag>;
}

export function ScenariosPage({ filters }: { filters: ScenarioFilters }) {
  const { t, i18n } = useTranslation('guard');
  const navigate = useNavigate();
  const query = useInfiniteQuery(scenarioPages(filters));
  const open = (row: Scenario) => void navigate({ to: '/scenarios/$scenario', params: { scenario: row.id } });
  const change = (part: Record<string, unknown>) =>
    void navigate({ to: '/scenarios', search: readScenarioFilters({ ...filters, ...part }), replace: true });
  const columns: TableProps<Scenario>['columns'] = [
    { key: 'state', title: t('column.stage'), render: (_, row) => <ScenarioStateTag state={row.state} /> },
    {
      key: 'title',
      title: t('scenario.one'),
      render: (_, row) => (
        <Link to="/scenarios/$scenario" params={{ scenario: row.id }}>
          {textOf(row.title, i18n.language)}
        </Link>
      ),
    },
    { key: 'number', title: t('scenario.number'), align: 'right', dataIndex: 'number' },
    {
      key: 'rules',
      title: t('scenario.rules'),
      align: 'right',
      render: (_, row) => <span className="numbers">{specOf(row).rules.length}</span>,
    },
    { key: 'drafted', title: t('scenario.drafted'), render: (_, row) => momentOf(row.drafted_at) },
    { key: 'live', title: t('scenario.live'), render: (_, row) => (row.live_at ? momentOf(row.live_at) : '—') },
    {
      key: 'retired',
      title: t('scenario.retired'),
      render: (_, row) => (row.retired_at ? momentOf(row.retired_at) : '—'),
    },
  ];
  return (
    <Page title={t('scenario.title')} note={t('scenario.note')}>
      <VersionsPanel<Scenario, ScenarioState>
        title={filters.name ? t('scenario.versionsOf', { name: filters.name }) : t('scenario.versions')}
        states={STATES.map((value) => ({ value, label: t(`scenarioState.${value}`) }))}
        state={filters.state}
        onState={(state) => change({ state })}
        label={t('scenario.versions')}
        query={query}
        columns={columns}
        empty={t('scenario.none')}
        onOpen={open}
      />
    </Page>
  );
}
