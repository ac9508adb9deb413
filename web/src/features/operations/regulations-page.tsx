//! The rows of the law in force here: searched by any word, with source, article, dates, and a mark on what nobody verified.

import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Checkbox, Input, Select, type TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../api/client.ts';
import { textOf } from '../../lib/text.ts';
import { dateOf } from '../../lib/time.ts';
import { PagedTable } from '../../parts/paged-table.tsx';
import { pages } from '../../parts/pages.ts';
import { Facts } from '../../ui/facts.tsx';
import { MoodTag } from '../../ui/mood.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { type RegulationFilters, TABLES } from './filters.ts';
import styles from './operations.module.css';

type Row = Schemas['RegulationBody'];

const route = getRouteApi('/regulations');

export function RegulationsPage() {
  const { t } = useTranslation('operations');
  const filters = route.useSearch();
  const query = useInfiniteQuery(
    pages<Row>(['operations', 'regulations', filters], (after) =>
      ok(api.GET('/api/operations/regulations', { params: { query: { ...filters, ...(after ? { after } : {}) } } })),
    ),
  );
  return (
    <Page title={t('law.title')} note={t('law.note')}>
      <Filters filters={filters} />
      <Panel title={t('law.list')} flush>
        <PagedTable<Row>
          label={t('law.title')}
          query={query}
          columns={useColumns()}
          rowKey={(row) => row.reference}
          empty={t('law.none')}
          expandable={{ expandedRowRender: (row) => <Detail row={row} /> }}
        />
      </Panel>
    </Page>
  );
}

function Filters({ filters }: { filters: RegulationFilters }) {
  const { t } = useTranslation('operations');
  const navigate = useNavigate();
  const set = (change: { [K in keyof RegulationFilters]?: RegulationFilters[K] | undefined }) => {
    const next = Object.entries({ ...filters, ...change }).filter(([, value]) => value !== undefined && value !== '');
    void navigate({ to: '/regulations', search: Object.fromEntries(next) as RegulationFilters });
  };
  return (
    <div className={styles.filters}>
      <Input.Search
        defaultValue={filters.words}
        allowClear
        enterButton={t('law.search')}
        aria-label={t('law.words')}
        placeholder={t('law.words')}
        onSearch={(words) => set({ words: words.trim() })}
        className={styles.words ?? ''}
      />
      <Select
        aria-label={t('law.table')}
        placeholder={t('law.table')}
        allowClear
        value={filters.table}
        onChange={(table?: string) => set({ table })}
        options={TABLES.map((table) => ({ value: table, label: t(`law.tables.${table}`) }))}
        className={styles.choice ?? ''}
      />
      <Select
        aria-label={t('law.verified')}
        placeholder={t('law.verified')}
        allowClear
        value={filters.verified}
        onChange={(verified?: boolean) => set({ verified })}
        options={[
          { value: true, label: t('law.isVerified') },
          { value: false, label: t('law.notVerified') },
        ]}
        className={styles.choice ?? ''}
      />
      <Checkbox
        checked={filters.on !== undefined}
        onChange={(event) => set({ on: event.target.checked ? dateOf(new Date()) : undefined })}
      >
        {t('law.inForceToday')}
      </Checkbox>
    </div>
  );
}

function useColumns(): TableProps<Row>['columns'] {
  const { t, i18n } = useTranslation('operations');
  const words = (text: Schemas['TextBody']) => textOf(text, i18n.language);
  return [
    {
      key: 'title',
      title: t('law.row'),
      render: (_, row) => (
        <>
          <div>{words(row.title)}</div>
          <div className={styles.code}>{row.reference}</div>
        </>
      ),
    },
    {
      key: 'verified',
      title: t('law.verified'),
      render: (_, row) => <Mark row={row} />,
    },
    { key: 'says', title: t('law.says'), render: (_, row) => <div className={styles.says}>{words(row.says)}</div> },
    {
      key: 'law',
      title: t('law.law'),
      render: (_, row) => (
        <>
          <div>{words(row.law.title)}</div>
          <div className={styles.quiet}>
            {[row.law.number, row.article ? t('law.article', { article: row.article }) : '']
              .filter(Boolean)
              .join(' · ')}
          </div>
        </>
      ),
    },
    {
      key: 'dates',
      title: t('law.dates'),
      render: (_, row) => (
        <>
          <div>{row.effective_to ? `${row.effective_from} – ${row.effective_to}` : row.effective_from}</div>
          {row.is_in_force ? null : <div className={styles.quiet}>{t('law.notInForce')}</div>}
        </>
      ),
    },
  ];
}

/** How far a row may be relied on; the bank's own rules need nobody's verification. */
function Mark({ row }: { row: Row }) {
  const { t } = useTranslation('operations');
  if (row.kind === 'policy') return <MoodTag mood="none">{t('law.policy')}</MoodTag>;
  const level = row.level ?? '';
  return row.is_verified ? (
    <MoodTag mood="met">{`${t('law.isVerified')} ${level}`}</MoodTag>
  ) : (
    <MoodTag mood="soon">{`${t('law.notVerified')} ${level}`}</MoodTag>
  );
}

function Detail({ row }: { row: Row }) {
  const { t, i18n } = useTranslation('operations');
  const facts: [string, string][] = [
    [t('law.tableOf'), t(`law.tables.${row.table as (typeof TABLES)[number]}`)],
    [t('law.lawInForce'), row.law.in_force],
    [t('law.running'), row.applies_to_running ? t('law.yes') : t('law.no')],
  ];
  if (row.note) facts.push([t('law.noteOf'), textOf(row.note, i18n.language)]);
  return (
    <div className={styles.detail}>
      <Facts facts={facts} />
      <div>{t('law.sources')}</div>
      <ul className={styles.sources}>
        {row.sources.map((source) => (
          <li key={source}>{source}</li>
        ))}
      </ul>
    </div>
  );
}
