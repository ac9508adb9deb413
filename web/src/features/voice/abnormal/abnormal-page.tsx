//! Evidence of abnormal complaints for a person to judge, and the list that they share. Nothing here moves or delays an order.

import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, Checkbox, Drawer, Segmented, type TableProps } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import { momentOf } from '../../../lib/time.ts';
import { ActorName, UnitName } from '../../../parts/names.tsx';
import { PagedTable } from '../../../parts/paged-table.tsx';
import { type Mood, MoodTag } from '../../../ui/mood.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import styles from './abnormal.module.css';
import {
  ABNORMAL,
  type AbnormalFilters,
  type Conspicuous,
  conspicuousPages,
  type Listing,
  listingPages,
} from './data.ts';
import { Evidence } from './evidence.tsx';
import { ListPerson } from './list-person.tsx';
import { ListingView } from './listing-view.tsx';

const route = getRouteApi('/abnormal');

export function AbnormalRoute() {
  const { t } = useTranslation('oversee');
  const navigate = useNavigate();
  const filters = route.useSearch();
  const set = (next: AbnormalFilters) => void navigate({ to: '/abnormal', search: next });
  const { all = false, tab } = filters;
  return (
    <Page title={t('abnormal.title')} note={t('abnormal.note')}>
      <div className={styles.filters}>
        <Segmented
          aria-label={t('abnormal.title')}
          value={tab ?? 'orders'}
          onChange={(chosen) => set({ ...(all ? { all } : {}), ...(chosen === 'list' ? { tab: 'list' } : {}) })}
          options={[
            { value: 'orders', label: t('abnormal.orders') },
            { value: 'list', label: t('abnormal.list') },
          ]}
        />
        <Checkbox
          checked={all}
          onChange={(event) => set({ ...(tab ? { tab } : {}), ...(event.target.checked ? { all: true } : {}) })}
        >
          {t(tab ? 'abnormal.endedToo' : 'abnormal.judgedToo')}
        </Checkbox>
      </div>
      {tab ? <SharedList all={all} /> : <Orders all={all} />}
    </Page>
  );
}

function Orders({ all }: { all: boolean }) {
  const { t } = useTranslation('oversee');
  const queries = useQueryClient();
  const query = useInfiniteQuery(conspicuousPages(all));
  const [listed, setListed] = useState<string>();
  const columns: TableProps<Conspicuous>['columns'] = [
    {
      key: 'order',
      title: t('abnormal.order'),
      render: (_, row) => (
        <>
          <Link to="/orders/$order" params={{ order: row.order }} preload={false}>
            {row.receipt}
          </Link>
          <div>{row.title}</div>
        </>
      ),
    },
    { key: 'unit', title: t('word.unit'), render: (_, row) => <UnitName path={row.unit} /> },
    { key: 'score', title: t('abnormal.score'), dataIndex: 'score', align: 'right' },
    { key: 'parts', title: t('abnormal.parts'), render: (_, row) => <Parts parts={row.parts} /> },
    {
      key: 'verdict',
      title: t('abnormal.verdict'),
      render: (_, row) =>
        row.verdict ? (
          <MoodTag mood={row.verdict === 'abnormal' ? 'soon' : 'met'}>{t(`abnormal.verdicts.${row.verdict}`)}</MoodTag>
        ) : (
          t('abnormal.notJudged')
        ),
    },
    { key: 'seen', title: t('abnormal.seenAt'), render: (_, row) => momentOf(row.seen_at) },
  ];
  return (
    <>
      <Panel title={t('abnormal.orders')} flush>
        <PagedTable<Conspicuous>
          label={t('abnormal.orders')}
          query={query}
          columns={columns}
          rowKey={(row) => row.order}
          empty={t('abnormal.none')}
          expandable={{
            expandedRowRender: (row) => <Evidence order={row.order} onList={() => setListed(row.order)} />,
          }}
        />
      </Panel>
      {listed ? (
        <ListPerson
          order={listed}
          onClose={() => setListed(undefined)}
          onDone={() => void queries.invalidateQueries({ queryKey: ABNORMAL })}
        />
      ) : null}
    </>
  );
}

/** The parts that gave points, in the order of their weight. */
function Parts({ parts }: { parts: Conspicuous['parts'] }) {
  const { t } = useTranslation('oversee');
  const given = Object.entries(parts).sort(([, one], [, other]) => other - one);
  return (
    <span className={styles.parts}>
      {given.map(([part, points]) => (
        <span key={part}>{`${t(`abnormal.part.${part as Schemas['AbnormalPart']}`)} ${points}`}</span>
      ))}
    </span>
  );
}

const MOODS: Record<Listing['state'], Mood> = { listed: 'soon', appealed: 'overdue', lifted: 'none', expired: 'none' };

function SharedList({ all }: { all: boolean }) {
  const { t } = useTranslation('oversee');
  const query = useInfiniteQuery(listingPages(all));
  const [openId, setOpen] = useState<string>();
  const columns: TableProps<Listing>['columns'] = [
    {
      key: 'masked',
      title: t('abnormal.numbers'),
      render: (_, row) => (
        <Button type="link" size="small" onClick={() => setOpen(row.id)}>
          {row.masked.join(', ') || t('abnormal.erased')}
        </Button>
      ),
    },
    {
      key: 'state',
      title: t('abnormal.state'),
      render: (_, row) => <MoodTag mood={MOODS[row.state]}>{t(`abnormal.states.${row.state}`)}</MoodTag>,
    },
    { key: 'until', title: t('abnormal.until'), render: (_, row) => momentOf(row.until) },
    { key: 'by', title: t('abnormal.listedBy'), render: (_, row) => <ActorName actor={row.listed_by} withUnit /> },
    { key: 'at', title: t('abnormal.listedAt'), render: (_, row) => momentOf(row.listed_at) },
  ];
  return (
    <Panel title={t('abnormal.list')} flush>
      <PagedTable<Listing>
        label={t('abnormal.list')}
        query={query}
        columns={columns}
        rowKey={(row) => row.id}
        empty={t('abnormal.nobody')}
        onOpen={(row) => setOpen(row.id)}
      />
      <Drawer
        open={openId !== undefined}
        title={t('abnormal.one')}
        onClose={() => setOpen(undefined)}
        destroyOnHidden
        size={560}
      >
        {openId ? <ListingView key={openId} id={openId} /> : null}
      </Drawer>
    </Panel>
  );
}
