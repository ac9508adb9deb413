//! The proof that no history was edited: checks of the whole ledger as they run and as they ended, and the signed checkpoints
//! to be kept elsewhere.

import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Progress, type TableProps } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../api/client.ts';
import { asProblem } from '../../lib/problem.ts';
import { saveFile } from '../../lib/save-file.ts';
import { textOf } from '../../lib/text.ts';
import { momentOf } from '../../lib/time.ts';
import { ActorName } from '../../parts/names.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { pages } from '../../parts/pages.ts';
import { ProblemNotice, useProblemSentence } from '../../parts/problem-notice.tsx';
import { useSubmit } from '../../parts/submit.ts';
import { Facts } from '../../ui/facts.tsx';
import { type Mood, MoodTag } from '../../ui/mood.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import styles from './operations.module.css';

type Check = Schemas['LedgerCheckBody'];
type Checkpoint = Schemas['CheckpointBody'];

const CHECKS = ['operations', 'ledger-checks'] as const;
/** While a check runs, one looks on. */
const AGAIN_MS = 1_000;

const MOODS: Record<Check['state'], Mood> = {
  running: 'calm',
  intact: 'met',
  broken: 'overdue',
  cancelled: 'paused',
  failed: 'soon',
  broken_off: 'soon',
};

export function LedgerPage() {
  const { t } = useTranslation('operations');
  const checks = useInfiniteQuery({
    ...pages<Check>(CHECKS, (after) =>
      ok(api.GET('/api/operations/ledger-checks', { params: { query: after ? { after } : {} } })),
    ),
    refetchInterval: (query) =>
      query.state.data?.pages.some((page) => page.items.some((one) => one.state === 'running')) ? AGAIN_MS : false,
  });
  const isRunning = checks.data?.pages.some((page) => page.items.some((one) => one.state === 'running')) ?? false;
  return (
    <Page title={t('ledger.title')} note={t('ledger.note')}>
      <Start isRunning={isRunning} />
      <Panel title={t('ledger.checks')} flush>
        <PagedTable<Check>
          label={t('ledger.checks')}
          query={checks}
          columns={useColumns()}
          rowKey={(row) => row.id}
          empty={t('ledger.none')}
          expandable={{
            expandedRowRender: (row) => <Result check={row} />,
            rowExpandable: (row) => row.state !== 'running',
          }}
        />
      </Panel>
      <Checkpoints />
    </Page>
  );
}

function Start({ isRunning }: { isRunning: boolean }) {
  const { t } = useTranslation('operations');
  const queries = useQueryClient();
  const submission = useSubmit();
  const [kept, setKept] = useState('');
  const start = () =>
    submission.run(async () => {
      const checkpoint = kept.trim();
      await ok(api.POST('/api/operations/ledger-checks', { body: checkpoint ? { checkpoint } : {} }));
      setKept('');
      await queries.invalidateQueries({ queryKey: CHECKS });
    });
  return (
    <Panel title={t('ledger.new')}>
      <label htmlFor="ledger_kept">{t('ledger.kept')}</label>
      <Input.TextArea
        id="ledger_kept"
        rows={2}
        value={kept}
        onChange={(event) => setKept(event.target.value)}
        className={styles.code ?? ''}
      />
      <div aria-live="polite">{submission.problem ? <ProblemNotice error={submission.problem} /> : null}</div>
      <Button
        type="primary"
        style={{ marginTop: 10 }}
        loading={submission.busy}
        disabled={isRunning}
        title={isRunning ? t('ledger.oneAtATime') : undefined}
        onClick={() => void start()}
      >
        {t('ledger.start')}
      </Button>
    </Panel>
  );
}

/** How much was looked through, in percent of what there was when it began. */
export function percentOf({ reached, until }: Pick<Check, 'reached' | 'until'>): number {
  return until > 0 ? Math.min(99, Math.floor((reached * 100) / until)) : 0;
}

function useColumns(): TableProps<Check>['columns'] {
  const { t } = useTranslation('operations');
  return [
    { key: 'started', title: t('ledger.started'), render: (_, row) => momentOf(row.started_at) },
    { key: 'by', title: t('ledger.by'), render: (_, row) => <ActorName actor={row.started_by} /> },
    {
      key: 'state',
      title: t('ledger.state'),
      render: (_, row) => <MoodTag mood={MOODS[row.state]}>{t(`ledger.states.${row.state}`)}</MoodTag>,
    },
    { key: 'events', title: t('ledger.events'), dataIndex: 'events', align: 'right' },
    {
      key: 'progress',
      title: t('ledger.progress'),
      render: (_, row) =>
        row.state === 'running' ? (
          <Progress
            percent={percentOf(row)}
            size="small"
            className={styles.progress ?? ''}
            aria-label={t('ledger.progress')}
          />
        ) : (
          (row.ended_at && momentOf(row.ended_at)) || '—'
        ),
    },
    { key: 'act', title: '', render: (_, row) => (row.state === 'running' ? <Cancel id={row.id} /> : null) },
  ];
}

function Cancel({ id }: { id: string }) {
  const { t } = useTranslation('operations');
  const { message } = App.useApp();
  const sentence = useProblemSentence();
  const queries = useQueryClient();
  const cancel = async () => {
    try {
      await ok(api.POST('/api/operations/ledger-checks/{id}/cancel', { params: { path: { id } } }));
    } catch (error) {
      void message.error(sentence(asProblem(error)));
    }
    await queries.invalidateQueries({ queryKey: CHECKS });
  };
  return (
    <Button size="small" danger onClick={() => void cancel()}>
      {t('ledger.cancel')}
    </Button>
  );
}

function Result({ check }: { check: Check }) {
  const { t, i18n } = useTranslation('operations');
  const { fault } = check;
  const shown = (value: number | string | null | undefined) =>
    value === null || value === undefined ? '—' : `${value}`;
  return (
    <div className={styles.detail}>
      {fault ? <p className={styles.revealing}>{textOf(fault.text, i18n.language)}</p> : null}
      {check.state === 'intact' && check.unsigned > 0 ? <p>{t('ledger.unsigned', { count: check.unsigned })}</p> : null}
      <Facts
        facts={[
          [t('ledger.streams'), check.streams],
          [t('ledger.checkpoints'), check.checkpoints],
          [t('ledger.compared'), shown(check.compared)],
          ...(fault
            ? ([
                [t('ledger.position'), shown(fault.position)],
                [t('history.stream'), shown(fault.stream)],
                [t('history.version'), shown(fault.version)],
              ] as [string, string][])
            : []),
        ]}
      />
    </div>
  );
}

function Checkpoints() {
  const { t } = useTranslation('operations');
  const query = useInfiniteQuery(
    pages<Checkpoint>(['operations', 'checkpoints'], (after) =>
      ok(api.GET('/api/operations/checkpoints', { params: { query: after ? { after } : {} } })),
    ),
  );
  const columns: TableProps<Checkpoint>['columns'] = [
    { key: 'number', title: t('ledger.number'), dataIndex: 'number', align: 'right' },
    { key: 'at', title: t('history.at'), render: (_, row) => momentOf(row.at) },
    { key: 'events', title: t('ledger.events'), dataIndex: 'events', align: 'right' },
    { key: 'fold', title: t('history.hash'), render: (_, row) => <span className={styles.code}>{row.fold}</span> },
    { key: 'act', title: '', render: (_, row) => <Download number={row.number} /> },
  ];
  return (
    <Panel title={t('ledger.signed')} flush>
      <PagedTable<Checkpoint>
        label={t('ledger.signed')}
        query={query}
        columns={columns}
        rowKey={(row) => `${row.number}`}
        empty={t('ledger.noneSigned')}
      />
    </Panel>
  );
}

function Download({ number }: { number: number }) {
  const { t } = useTranslation('operations');
  const { message } = App.useApp();
  const sentence = useProblemSentence();
  const save = async () => {
    try {
      const { text } = await ok(api.GET('/api/operations/checkpoints/{number}', { params: { path: { number } } }));
      saveFile(new Blob([text], { type: 'application/json' }), `${number}.checkpoint`);
    } catch (error) {
      void message.error(sentence(asProblem(error)));
    }
  };
  return (
    <Button size="small" onClick={() => void save()}>
      {t('ledger.download')}
    </Button>
  );
}
