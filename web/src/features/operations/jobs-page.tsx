//! Background work: how much waits, and what failed for good and needs a person.

import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Popconfirm, type TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../api/client.ts';
import { holds, useSession } from '../../api/session.ts';
import { asProblem } from '../../lib/problem.ts';
import { momentOf } from '../../lib/time.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { pages } from '../../parts/pages.ts';
import { useProblemSentence } from '../../parts/problem-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import styles from './operations.module.css';

type Job = Schemas['ParkedJobBody'];

const JOBS = ['operations', 'jobs'] as const;
/** Work goes on while one looks. */
const AGAIN_MS = 10_000;

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

function Decide({ job }: { job: Job }) {
  const { t } = useTranslation('operations');
  const { message } = App.useApp();
  const sentence = useProblemSentence();
  const queries = useQueryClient();
  const may = holds(useSession(), 'operations.job.decide');
  const decide = async (verb: 'retry' | 'drop') => {
    try {
      await ok(api.POST(`/api/operations/jobs/{id}/${verb}`, { params: { path: { id: job.id } } }));
    } catch (error) {
      void message.error(sentence(asProblem(error)));
    }
    await queries.invalidateQueries({ queryKey: JOBS });
  };
  return (
    <span className={styles.acts}>
      <Button size="small" disabled={!may} onClick={() => void decide('retry')}>
        {t('jobs.retry')}
      </Button>
      <Popconfirm title={t('jobs.dropSure')} onConfirm={() => void decide('drop')}>
        <Button size="small" danger disabled={!may}>
          {t('jobs.drop')}
        </Button>
      </Popconfirm>
    </span>
  );
}
