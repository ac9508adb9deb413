//! One version in the shadow: how it compares with what was decided, how long it takes, and what it left out.

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
import { DIFFERENCES_ID, DifferencesPanel } from './differences-panel.tsx';
import { type DifferenceFilters, readDifferenceFilters } from './filters.ts';
import { useLatencyFacts } from './latency.ts';
import styles from './proof.module.css';
import { RunStateTag } from './run-state.tsx';
import { type Shadow, shadowDifferences, shadowQuery, useShadowActs } from './shadow-data.ts';
import { TrialView } from './trial-view.tsx';

const route = getRouteApi('/shadows/$shadow');

/** The shadow of the address, with the filters of its differences. */
export function ShadowRoute() {
  return <ShadowPage id={route.useParams().shadow} filters={route.useSearch()} />;
}

interface ShadowPageProps {
  id: string;
  filters: DifferenceFilters;
}

export function ShadowPage({ id, filters }: ShadowPageProps) {
  const { t, i18n } = useTranslation('proof');
  const guard = useTranslation('guard');
  const query = useQuery(shadowQuery(id));
  const { data } = query;
  const name = data && guard.t('decision.version', { name: textOf(data.title, i18n.language), version: data.number });
  const title = name ? t('shadow.of', { name }) : t('shadow.one');
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
      actions={data?.state === 'running' ? <Stop id={id} /> : null}
    >
      <Loaded query={query} rows={12}>
        {(shadow) => <Whole shadow={shadow} filters={filters} />}
      </Loaded>
      <p>
        <Link to="/shadows">{t('shadow.back')}</Link>
      </p>
    </Page>
  );
}

function Stop({ id }: { id: string }) {
  const { t } = useTranslation('proof');
  const acts = useShadowActs();
  const submission = useSubmit();
  if (!holds(useSession(), 'guard.backtest.run')) return null;
  const stop = () =>
    void submission.run(async () => {
      await acts.stop(id);
    });
  return (
    <>
      {submission.problem ? <ProblemNotice error={submission.problem} /> : null}
      <Button danger loading={submission.busy} onClick={stop}>
        {t('shadow.stop')}
      </Button>
    </>
  );
}

function Whole({ shadow, filters }: { shadow: Shadow; filters: DifferenceFilters }) {
  const { t } = useTranslation('proof');
  const navigate = useNavigate();
  const to = { to: '/shadows/$shadow', params: { shadow: shadow.id } } as const;
  const change = (part: Record<string, string | undefined>) =>
    void navigate({ ...to, search: readDifferenceFilters({ ...filters, ...part }), replace: true });
  const { result } = shadow;
  return (
    <>
      <About shadow={shadow} />
      {result && result.decided > 0 ? (
        <>
          <TrialView
            trial={result}
            isUnlabelled
            linkTo={(search, count, label) => (
              <Link {...to} search={search} hash={DIFFERENCES_ID} aria-label={label}>
                {count}
              </Link>
            )}
          />
          <DifferencesPanel asked={shadowDifferences(shadow.id, filters)} filters={filters} onChange={change} />
        </>
      ) : (
        <Panel title={t('result.title')}>
          <Nothing>{t('shadow.nothing')}</Nothing>
        </Panel>
      )}
    </>
  );
}

function About({ shadow }: { shadow: Shadow }) {
  const { t, i18n } = useTranslation('proof');
  const guard = useTranslation('guard');
  const latency = useLatencyFacts(shadow.latency);
  const number = (count: number) => countText(count, i18n.language as Language);
  const { dropped, behind } = shadow;
  return (
    <Panel title={t('shadow.about')}>
      <div className={styles.notices}>
        {shadow.fault ? <Alert type="error" showIcon role="alert" title={textOf(shadow.fault, i18n.language)} /> : null}
        {dropped > 0 ? (
          <Alert type="warning" showIcon title={t('shadow.droppedHint', { number: number(dropped) })} />
        ) : null}
      </div>
      <Facts
        facts={[
          [
            guard.t('scenario.number'),
            <Link key="scenario" to="/scenarios/$scenario" params={{ scenario: shadow.scenario }}>
              {guard.t('scenario.version', { number: shadow.number })}
            </Link>,
          ],
          [t('shadow.dropped'), number(dropped)],
          ...(behind === null || behind === undefined
            ? []
            : [[t('shadow.behind'), number(behind)] as [string, string]]),
          ...latency,
          [
            t('backtest.started'),
            <span key="started">
              <ActorName actor={shadow.started_by} /> {momentOf(shadow.started_at)}
            </span>,
          ],
          ...(shadow.ended_at ? [[t('backtest.ended'), momentOf(shadow.ended_at)] as [string, string]] : []),
        ]}
      />
    </Panel>
  );
}
