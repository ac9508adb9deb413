//! The lists that decisions ask, and the changes of them: proposed by one person, approved or refused by another.

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Button, Drawer, Segmented, Table, type TableProps } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { holds, useSession } from '../../../api/session.ts';
import { useShortcuts } from '../../../lib/shortcuts.ts';
import { textOf } from '../../../lib/text.ts';
import { dateOf, momentOf } from '../../../lib/time.ts';
import { Loaded } from '../../../parts/loaded.tsx';
import { ActorName } from '../../../parts/names.tsx';
import { PagedTable } from '../../../parts/paged-table.tsx';
import { MoodTag } from '../../../ui/mood.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { ChangeDetail } from './change-detail.tsx';
import { CheckValue } from './check-value.tsx';
import { type Change, changePages, type GuardList, listsQuery } from './data.ts';
import { ExportList } from './export-list.tsx';
import { type ListFilters, readListFilters, STATES } from './filters.ts';
import { ProposeChange } from './propose-change.tsx';
import { STATE_MOODS } from './state-moods.ts';

const route = getRouteApi('/guard-lists');

/** The lists with the filters of the address. */
export function ListsRoute() {
  return <ListsPage filters={route.useSearch()} />;
}

interface ListsPageProps {
  filters: ListFilters;
}

export function ListsPage({ filters }: ListsPageProps) {
  const { t } = useTranslation('guard');
  const navigate = useNavigate();
  const session = useSession();
  const [isProposing, setProposing] = useState(false);
  const [isChecking, setChecking] = useState(false);
  const lists = useQuery(listsQuery);
  const change = (part: Partial<Record<keyof ListFilters, string | undefined>>) =>
    void navigate({ to: '/guard-lists', search: readListFilters({ ...filters, ...part }), replace: true });
  const canPropose = holds(session, 'guard.list.propose');
  useShortcuts([
    { keys: 'c', label: t('lists.check'), group: 'page', run: () => setChecking(true) },
    ...(canPropose
      ? [{ keys: 'n', label: t('lists.propose'), group: 'page' as const, run: () => setProposing(true) }]
      : []),
  ]);
  return (
    <Page
      title={t('lists.title')}
      note={t('lists.note')}
      actions={
        <>
          <Button onClick={() => setChecking(true)}>{t('lists.check')}</Button>
          {canPropose ? (
            <Button type="primary" onClick={() => setProposing(true)}>
              {t('lists.propose')}
            </Button>
          ) : null}
        </>
      }
    >
      <Panel title={t('lists.all')} flush>
        <Loaded query={lists}>
          {(known) => <Names lists={known} chosen={filters.list} onChoose={(list) => change({ list })} />}
        </Loaded>
      </Panel>
      <Changes filters={filters} lists={lists.data ?? []} onChange={change} />
      <Drawer
        open={filters.change !== undefined}
        title={t('lists.change')}
        onClose={() => change({ change: undefined })}
        destroyOnHidden
        size={560}
      >
        {filters.change ? <ChangeDetail id={filters.change} filters={filters} lists={lists.data ?? []} /> : null}
      </Drawer>
      <ProposeChange
        open={isProposing}
        lists={lists.data ?? []}
        list={filters.list}
        onClose={() => setProposing(false)}
        onProposed={(id) => change({ change: id, state: undefined })}
      />
      <CheckValue open={isChecking} lists={lists.data ?? []} onClose={() => setChecking(false)} />
    </Page>
  );
}

interface NamesProps {
  lists: GuardList[];
  chosen: string | undefined;
  onChoose: (list: string | undefined) => void;
}

function Names({ lists, chosen, onChoose }: NamesProps) {
  const { t, i18n } = useTranslation('guard');
  const canExport = holds(useSession(), 'guard.export.take');
  const columns: TableProps<GuardList>['columns'] = [
    { key: 'title', title: t('lists.name'), render: (_, row) => textOf(row.title, i18n.language) },
    { key: 'of', title: t('lists.of'), render: (_, row) => t(`listOf.${row.of}`) },
    { key: 'name', title: t('lists.data'), render: (_, row) => <code>{`lists.${row.name}`}</code> },
    {
      key: 'entries',
      title: t('lists.entries'),
      align: 'right',
      render: (_, row) => <span className="numbers">{new Intl.NumberFormat(i18n.language).format(row.entries)}</span>,
    },
    {
      key: 'show',
      title: '',
      render: (_, row) => (
        <>
          <Button
            size="small"
            type={row.name === chosen ? 'primary' : 'default'}
            aria-pressed={row.name === chosen}
            onClick={() => onChoose(row.name === chosen ? undefined : row.name)}
          >
            {t('lists.only')}
          </Button>{' '}
          {canExport ? <ExportList list={row.name} title={textOf(row.title, i18n.language)} /> : null}
        </>
      ),
    },
  ];
  return (
    <Table<GuardList>
      size="small"
      aria-label={t('lists.all')}
      columns={columns}
      dataSource={lists}
      rowKey={(row) => row.name}
      pagination={false}
      scroll={{ x: 'max-content' }}
    />
  );
}

interface ChangesProps {
  filters: ListFilters;
  lists: GuardList[];
  onChange: (part: Partial<Record<keyof ListFilters, string | undefined>>) => void;
}

function Changes({ filters, lists, onChange }: ChangesProps) {
  const { t, i18n } = useTranslation('guard');
  const query = useInfiniteQuery(changePages(filters));
  const title = (name: string) => {
    const found = lists.find((list) => list.name === name);
    return found ? textOf(found.title, i18n.language) : name;
  };
  const columns: TableProps<Change>['columns'] = [
    {
      key: 'state',
      title: t('column.stage'),
      render: (_, row) => <MoodTag mood={STATE_MOODS[row.state]}>{t(`changeState.${row.state}`)}</MoodTag>,
    },
    {
      key: 'what',
      title: t('lists.change'),
      render: (_, row) => (
        <Button type="link" size="small" style={{ padding: 0 }} onClick={() => onChange({ change: row.id })}>
          {t(`changeKind.${row.what}`, { count: row.entries })}
        </Button>
      ),
    },
    { key: 'list', title: t('lists.name'), render: (_, row) => title(row.list) },
    { key: 'reason', title: t('lists.reason'), render: (_, row) => row.reason },
    { key: 'source', title: t('lists.source'), dataIndex: 'source' },
    { key: 'until', title: t('lists.until'), render: (_, row) => (row.until ? dateOf(row.until) : t('lists.forEver')) },
    {
      key: 'by',
      title: t('lists.proposed'),
      render: (_, row) => (
        <>
          <ActorName actor={row.proposed_by} /> <span className="numbers">{momentOf(row.proposed_at)}</span>
        </>
      ),
    },
  ];
  return (
    <Panel
      title={filters.list ? t('lists.changesOf', { list: title(filters.list) }) : t('lists.changes')}
      flush
      extra={
        <Segmented
          size="small"
          aria-label={t('column.stage')}
          value={filters.state ?? 'all'}
          onChange={(state) => onChange({ state: state === 'all' ? undefined : state })}
          options={[
            { value: 'all', label: t('lists.every') },
            ...STATES.map((value) => ({ value, label: t(`changeState.${value}`) })),
          ]}
        />
      }
    >
      <PagedTable<Change>
        label={t('lists.changes')}
        query={query}
        columns={columns}
        rowKey={(row) => row.id}
        empty={t('lists.none')}
        onOpen={(row) => onChange({ change: row.id })}
      />
    </Panel>
  );
}
