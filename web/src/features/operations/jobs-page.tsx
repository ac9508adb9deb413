//! Background work: how much waits, and what failed for good and needs a person.

import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, type TableProps } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../api/client.ts';
import { holds, useSession } from '../../api/session.ts';
import { asProblem } from '../../lib/problem.ts';
import { momentOf } from '../../lib/time.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { ActorName } from '../../parts/names.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { pages } from '../../parts/pages.ts';
import { useProblemSentence } from '../../parts/problem-notice.tsx';
import { Words } from '../../parts/words-field.tsx';
import { Writing } from '../../parts/writing.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import styles from './operations.module.css';

type Job = Schemas['ParkedJobBody'];
type Dropped = Schemas['DroppedJobBody'];

const JOBS = ['operations', 'jobs'] as const;
/** Work goes on while one looks. */
const AGAIN_MS = 10_000;
/** As the server takes it. */
const REASON_CHARS_MAX = 500;

export function JobsPage() {
  const { t } = useTranslation('operations');
  const counts = useQuery({
    queryKey: [...JOBS, 'counts'],
    queryFn: () => ok(api.GET('/api/operations/jobs')),
    refetchInterval: AGAIN_MS,
  });
  const parked = useInfiniteQuery(
    pages<Job>([...JOBS, 'parked'], (after) =>
      ok(api.GET('/api/operations/jobs/parked', { params: { query: after ? { after } : {} } })),
    ),
  );
  const dropped = useInfiniteQuery(
    pages<Dropped>([...JOBS, 'dropped'], (after) =>
      ok(api.GET('/api/operations/jobs/dropped', { params: { query: after ? { after } : {} } })),
    ),
  );
  return (
    <Page title={t('jobs.title')}>
      <Panel title={t('jobs.now')}>
        <Loaded query={counts} rows={1}>
          {(now) => (
            <dl className={styles.counts}>
              {(['due', 'waiting', 'running', 'parked'] as const).map((state) => (
                <div key={state}>
                  <dt>{t(`jobs.${state}`)}</dt>
                  <dd style={state === 'parked' && now.parked > 0 ? { color: 'var(--mood-overdue)' } : {}}>
                    {now[state]}
                  </dd>
                </div>
              ))}
            </dl>
          )}
        </Loaded>
      </Panel>
      <Panel title={t('jobs.parkedList')} flush>
        <PagedTable<Job>
          label={t('jobs.parkedList')}
          query={parked}
          columns={useColumns()}
          rowKey={(row) => row.id}
          empty={t('jobs.none')}
        />
      </Panel>
      <Panel title={t('jobs.droppedList')} flush>
        <PagedTable<Dropped>
          label={t('jobs.droppedList')}
          query={dropped}
          columns={useDroppedColumns()}
          rowKey={(row) => row.id}
          empty={t('jobs.noneDropped')}
        />
      </Panel>
    </Page>
  );
}

function useColumns(): TableProps<Job>['columns'] {
  const { t } = useTranslation('operations');
  return [
    { key: 'kind', title: t('jobs.kind'), dataIndex: 'kind' },
    { key: 'key', title: t('jobs.key'), render: (_, row) => row.key ?? '—' },
    { key: 'tries', title: t('jobs.tries'), dataIndex: 'tries', align: 'right' },
    { key: 'created', title: t('jobs.created'), render: (_, row) => momentOf(row.created_at) },
    { key: 'error', title: t('jobs.error'), render: (_, row) => <span className={styles.code}>{row.error}</span> },
    { key: 'act', title: '', render: (_, row) => <Decide job={row} /> },
  ];
}

function useDroppedColumns(): TableProps<Dropped>['columns'] {
  const { t } = useTranslation('operations');
  return [
    { key: 'kind', title: t('jobs.kind'), dataIndex: 'kind' },
    { key: 'key', title: t('jobs.key'), render: (_, row) => row.key ?? '—' },
    { key: 'at', title: t('jobs.droppedAt'), render: (_, row) => momentOf(row.dropped_at) },
    { key: 'by', title: t('jobs.droppedBy'), render: (_, row) => <ActorName actor={row.dropped_by} /> },
    { key: 'reason', title: t('jobs.reason'), dataIndex: 'reason' },
    { key: 'error', title: t('jobs.error'), render: (_, row) => <span className={styles.code}>{row.error}</span> },
  ];
}

function Decide({ job }: { job: Job }) {
  const { t } = useTranslation('operations');
  const { message } = App.useApp();
  const sentence = useProblemSentence();
  const queries = useQueryClient();
  const [isDropping, setDropping] = useState(false);
  const may = holds(useSession(), 'operations.job.decide');
  const renew = () => queries.invalidateQueries({ queryKey: JOBS });
  const path = { params: { path: { id: job.id } } };
  const retry = async () => {
    try {
      await ok(api.POST('/api/operations/jobs/{id}/retry', path));
    } catch (error) {
      void message.error(sentence(asProblem(error)));
    }
    await renew();
  };
  return (
    <span className={styles.acts}>
      <Button size="small" disabled={!may} onClick={() => void retry()}>
        {t('jobs.retry')}
      </Button>
      <Button size="small" danger disabled={!may} onClick={() => setDropping(true)}>
        {t('jobs.drop')}
      </Button>
      <Writing<{ reason: string }>
        open={isDropping}
        title={t('jobs.dropOf', { kind: job.kind })}
        submit={t('jobs.drop')}
        danger
        onClose={() => setDropping(false)}
        onSend={async ({ reason }) => {
          await ok(api.POST('/api/operations/jobs/{id}/drop', { ...path, body: { reason } }));
          await renew();
        }}
      >
        <p>{t('jobs.dropHint')}</p>
        <Words name="reason" label={t('jobs.reason')} rows={3} charsMax={REASON_CHARS_MAX} />
      </Writing>
    </span>
  );
}
