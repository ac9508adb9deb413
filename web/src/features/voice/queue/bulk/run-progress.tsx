//! How far a run over many orders has come; stopping it, undoing it, and what could not be done and why.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Progress } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../../api/client.ts';
import { Loaded } from '../../../../parts/loaded.tsx';
import { ProblemNotice } from '../../../../parts/problem-notice.tsx';
import { useSubmit } from '../../../../parts/submit.ts';
import { type Mood, MoodTag } from '../../../../ui/mood.tsx';
import { bulkOrdersQuery, bulkQuery } from '../../data.ts';
import { OrderName } from '../../order-name.tsx';
import { stop, undo } from './actions.ts';
import styles from './bulk.module.css';

type Run = Schemas['BulkBody'];

const MOODS: Record<Run['state'], Mood> = {
  running: 'calm',
  stopped: 'soon',
  ended: 'met',
  undoing: 'calm',
  undone: 'none',
};

/** Named one by one; a longer list is worked through in the queue itself. */
const NAMED_MAX = 10;

export function RunProgress({ id }: { id: string }) {
  const query = useQuery(bulkQuery(id));
  return <Loaded query={query}>{(run) => <OneRun run={run} />}</Loaded>;
}

/** Orders that a run has dealt with, of a hundred. */
export function percentOf({ state, total, waiting, done, undone, kept }: Run): number {
  if (total === 0) return 100;
  const past = state === 'undoing' || state === 'undone' ? undone + kept : total - waiting;
  const all = state === 'undoing' || state === 'undone' ? undone + kept + done : total;
  return all === 0 ? 100 : Math.floor((past * 100) / all);
}

function OneRun({ run }: { run: Run }) {
  const { t } = useTranslation('voice');
  const queries = useQueryClient();
  const submission = useSubmit();
  const { id, state } = run;
  const renewed = (ask: (id: string) => Promise<Run>) =>
    submission.run(async () => {
      queries.setQueryData(bulkQuery(id).queryKey, await ask(id));
      void queries.invalidateQueries({ queryKey: ['voice', 'bulk', id, 'orders'] });
    });
  const isOver = state === 'ended' || state === 'stopped';
  return (
    <>
      <p className={styles.counts} role="status">
        <MoodTag mood={MOODS[state]}>{t(`bulkState.${state}`)}</MoodTag>
        <span>{t('bulk.done', { count: run.done })}</span>
        {run.refused > 0 ? <span>{t('bulk.refused', { count: run.refused })}</span> : null}
        {run.undone > 0 ? <span>{t('bulk.undone', { count: run.undone })}</span> : null}
        {run.kept > 0 ? <span>{t('bulk.kept', { count: run.kept })}</span> : null}
      </p>
      <Progress percent={percentOf(run)} aria-label={run.title} status={state === 'running' ? 'active' : 'normal'} />
      {submission.problem ? <ProblemNotice error={submission.problem} /> : null}
      <div className={styles.buttons}>
        {state === 'running' ? (
          <Button loading={submission.busy} onClick={() => void renewed(stop)}>
            {t('bulk.stop')}
          </Button>
        ) : null}
        {isOver && run.done > 0 ? (
          <Button danger loading={submission.busy} onClick={() => void renewed(undo)}>
            {t('bulk.undo')}
          </Button>
        ) : null}
      </div>
      {isOver && run.refused > 0 ? <Rest id={id} state="refused" count={run.refused} /> : null}
      {state === 'undone' && run.kept > 0 ? <Rest id={id} state="kept" count={run.kept} /> : null}
    </>
  );
}

interface RestProps {
  id: string;
  state: 'refused' | 'kept';
  count: number;
}

/** The first of those that could not be done or undone, each with its reason. */
function Rest({ id, state, count }: RestProps) {
  const { t } = useTranslation('voice');
  const query = useQuery(bulkOrdersQuery(id, state));
  return (
    <Loaded query={query}>
      {({ items }) => (
        <>
          <ul className={styles.list}>
            {items.slice(0, NAMED_MAX).map((item) => (
              <li key={item.place}>
                <OrderName id={item.order} />
                <div className={styles.quiet}>{item.detail}</div>
              </li>
            ))}
          </ul>
          {count > NAMED_MAX ? <p className={styles.quiet}>{t('bulk.more', { count: count - NAMED_MAX })}</p> : null}
        </>
      )}
    </Loaded>
  );
}
