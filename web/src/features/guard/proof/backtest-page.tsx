//! One backtest: how far it has come, what it counted beside what is live, and where both differ.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { holds, useSession } from '../../../api/session.ts';
import type { Language } from '../../../lib/language.ts';
import { countText } from '../../../lib/quantity.ts';
import { textOf } from '../../../lib/text.ts';
import { momentOf } from '../../../lib/time.ts';
import { Loaded, Nothing } from '../../../parts/loaded.tsx';
import { ActorName } from '../../../parts/names.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useSubmit } from '../../../parts/submit.ts';
import { Facts } from '../../../ui/facts.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { type Backtest, backtestDifferences, backtestQuery, useBacktestActs } from './data.ts';
import { DIFFERENCES_ID, DifferencesPanel } from './differences-panel.tsx';
import { type DifferenceFilters, readDifferenceFilters } from './filters.ts';
import { spanOf } from './period.ts';
import { Progress, RunStateTag } from './run-state.tsx';
import { TrialView } from './trial-view.tsx';

const route = getRouteApi('/backtests/$backtest');

/** The backtest of the address, with the filters of its differences. */
export function BacktestRoute() {
  return <BacktestPage id={route.useParams().backtest} filters={route.useSearch()} />;
}

interface BacktestPageProps {
  id: string;
  filters: DifferenceFilters;
}

export function BacktestPage({ id, filters }: BacktestPageProps) {
  const { t, i18n } = useTranslation('proof');
  const guard = useTranslation('guard');
  const query = useQuery(backtestQuery(id));
  const { data } = query;
  const name = data && guard.t('decision.version', { name: textOf(data.title, i18n.language), version: data.number });
  const title = name ? t('backtest.of', { name }) : t('backtest.one');
  return (
    <Page
      title={title}
      heading={
        data ? (
          <>
            {title} <RunStateTag state={data.state} />
          </>
        ) : (
          title
        )
      }
      actions={data?.state === 'running' ? <Cancel id={id} /> : null}
    >
      <Loaded query={query} rows={12}>
        {(run) => <Whole run={run} filters={filters} />}
      </Loaded>
      <p>
        <Link to="/backtests">{t('backtest.back')}</Link>
      </p>
    </Page>
  );
}

function Cancel({ id }: { id: string }) {
  const { t } = useTranslation('proof');
  const acts = useBacktestActs();
  const submission = useSubmit();
  const canRun = holds(useSession(), 'guard.backtest.run');
  if (!canRun) return null;
  const cancel = () =>
    void submission.run(async () => {
      await acts.cancel(id);
    });
  return (
    <>
      {submission.problem ? <ProblemNotice error={submission.problem} /> : null}
      <Button danger loading={submission.busy} onClick={cancel}>
        {t('backtest.cancel')}
      </Button>
    </>
  );
}

function Whole({ run, filters }: { run: Backtest; filters: DifferenceFilters }) {
  const { t } = useTranslation('proof');
  const navigate = useNavigate();
  const to = { to: '/backtests/$backtest', params: { backtest: run.id } } as const;
  const change = (part: Record<string, string | undefined>) =>
    void navigate({ ...to, search: readDifferenceFilters({ ...filters, ...part }), replace: true });
  const { result } = run;
  return (
    <>
      <About run={run} />
      {result && result.decided > 0 ? (
        <>
          <TrialView
            trial={result}
            linkTo={(search, count, label) => (
              <Link {...to} search={search} hash={DIFFERENCES_ID} aria-label={label}>
                {count}
              </Link>
            )}
          />
          <DifferencesPanel
            asked={backtestDifferences(run.id, run.state, filters)}
            filters={filters}
            onChange={change}
          />
        </>
      ) : (
        <Panel title={t('result.title')}>
          <Nothing>{t(run.state === 'running' ? 'result.soon' : 'result.nothing')}</Nothing>
        </Panel>
      )}
    </>
  );
}

function About({ run }: { run: Backtest }) {
  const { t, i18n } = useTranslation('proof');
  const guard = useTranslation('guard');
  return (
    <Panel title={t('backtest.about')}>
      {run.fault ? <Alert type="error" showIcon role="alert" title={textOf(run.fault, i18n.language)} /> : null}
      <div role="status">{run.state === 'running' ? <Progress done={run.done} total={run.total} /> : null}</div>
      <Facts
        facts={[
          [
            guard.t('scenario.number'),
            <Link key="scenario" to="/scenarios/$scenario" params={{ scenario: run.scenario }}>
              {guard.t('scenario.version', { number: run.number })}
            </Link>,
          ],
          [t('backtest.period'), spanOf(run)],
          [t('backtest.labels'), momentOf(run.labels_until)],
          [t('backtest.events'), countText(run.total, i18n.language as Language)],
          [
            t('backtest.started'),
            <span key="started">
              <ActorName actor={run.started_by} /> {momentOf(run.started_at)}
            </span>,
          ],
          ...(run.ended_at ? [[t('backtest.ended'), momentOf(run.ended_at)] as [string, string]] : []),
        ]}
      />
    </Panel>
  );
}
