//! Interceptions: every one that the reader may see and that fits the filters in the address, kept up to date.

import { PlusOutlined } from '@ant-design/icons';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Button, Select } from 'antd';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { holds, useSession } from '../../../api/session.ts';
import { usePreferences } from '../../../lib/preferences.ts';
import { useShortcuts } from '../../../lib/shortcuts.ts';
import { LiveTable } from '../../../parts/live-table.tsx';
import { Page } from '../../../ui/page.tsx';
import { type InterceptionRow, LIVE_URL, OUTCOMES } from '../data.ts';
import { useScamOptions } from '../words.tsx';
import { markOfRow, useInterceptionColumns } from './columns.tsx';
import { ENDINGS, type InterceptionFilters, interceptionRows, readInterceptionFilters, STAGES } from './filters.ts';
import { FindByPayee } from './find-by-payee.tsx';
import styles from './interceptions.module.css';

const route = getRouteApi('/interceptions');

/** The list with the filters of the address. */
export function InterceptionsRoute() {
  return <InterceptionsPage filters={route.useSearch()} />;
}

interface InterceptionsPageProps {
  filters: InterceptionFilters;
}

export function InterceptionsPage({ filters }: InterceptionsPageProps) {
  const { t } = useTranslation('guard');
  const navigate = useNavigate();
  const session = useSession();
  const { density } = usePreferences();
  const [isFinding, setFinding] = useState(false);
  const list = useMemo(() => interceptionRows(filters), [filters]);
  const columns = useInterceptionColumns(density);
  const open = useCallback(
    (row: InterceptionRow) => void navigate({ to: '/interceptions/$interception', params: { interception: row.id } }),
    [navigate],
  );
  const canOpen = holds(session, 'guard.interception.open');
  const begin = () => void navigate({ to: '/interceptions/new' });
  useShortcuts(canOpen ? [{ keys: 'n', label: t('open.title'), group: 'page', run: begin }] : []);
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <Page
      fill
      title={t('interceptions.title')}
      actions={
        <>
          <Button onClick={() => setFinding(true)}>{t('find.title')}</Button>
          {canOpen ? (
            <Button type="primary" icon={<PlusOutlined />} onClick={begin}>
              {t('open.title')}
            </Button>
          ) : null}
        </>
      }
    >
      <Filters filters={filters} />
      <LiveTable
        list={list}
        url={LIVE_URL}
        label={t('interceptions.title')}
        columns={columns}
        onOpen={open}
        markOf={markOfRow}
        words={{
          empty: isFiltered ? t('interceptions.noneFits') : t('interceptions.none'),
          end: (count) => t('interceptions.end', { count }),
          news: (count) => (count > 0 ? t('interceptions.news', { count }) : t('interceptions.changed')),
        }}
      />
      <FindByPayee open={isFinding} onClose={() => setFinding(false)} />
    </Page>
  );
}

function Filters({ filters }: InterceptionsPageProps) {
  const { t } = useTranslation('guard');
  const navigate = useNavigate();
  const scams = useScamOptions();
  const change = (part: Partial<Record<keyof InterceptionFilters, string | undefined>>) =>
    void navigate({
      to: '/interceptions',
      search: readInterceptionFilters({ ...filters, ...part }),
      replace: true,
    });
  const choices = {
    stage: STAGES.map((value) => ({ value, label: t(`stage.${value}`) })),
    outcome: OUTCOMES.map((value) => ({ value, label: t(`outcome.${value}`) })),
    ending: ENDINGS.map((value) => ({ value, label: t(`ending.${value}`) })),
    scam: scams,
  };
  const names = Object.keys(choices) as (keyof typeof choices)[];
  return (
    <div className={styles.bar} role="search" aria-label={t('filter.title')}>
      {names.map((name) => (
        <Select
          key={name}
          aria-label={t(`filter.${name}`)}
          placeholder={t(`filter.${name}`)}
          value={filters[name] ?? null}
          onChange={(value: string | null | undefined) => change({ [name]: value ?? undefined })}
          options={choices[name]}
          allowClear
          popupMatchSelectWidth={false}
          style={{ width: 170 }}
        />
      ))}
      {Object.keys(filters).length > 0 ? (
        <Button type="link" onClick={() => void navigate({ to: '/interceptions', search: {}, replace: true })}>
          {t('filter.clear')}
        </Button>
      ) : null}
    </div>
  );
}
