//! One version of a scenario: what it says, written anew while it is a draft, beside another version, approved by somebody who
//! wrote none of it.

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { App, Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { holds, useSession } from '../../../api/session.ts';
import { textOf } from '../../../lib/text.ts';
import { momentOf } from '../../../lib/time.ts';
import { ActionButtons } from '../../../parts/action-buttons.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { ActorName } from '../../../parts/names.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useSubmit } from '../../../parts/submit.ts';
import { Words } from '../../../parts/words-field.tsx';
import { Writing } from '../../../parts/writing.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { Comparison } from './comparison.tsx';
import { type Scenario, scenarioPages, scenarioQuery, specOf, useScenarioActs } from './data.ts';
import { ScenarioStateTag } from './list-page.tsx';
import { ScenarioForm } from './scenario-form.tsx';
import { SpecView } from './spec-view.tsx';

const REASON_CHARS_MAX = 200;

const route = getRouteApi('/scenarios/$scenario');

/** The version of the address, beside another where one is named. */
export function ScenarioRoute() {
  const { scenario } = route.useParams();
  const { beside, write } = route.useSearch();
  return <ScenarioPage id={scenario} beside={beside} isWriting={write === true} />;
}

interface ScenarioPageProps {
  id: string;
  beside: string | undefined;
  isWriting: boolean;
}

export function ScenarioPage({ id, beside, isWriting }: ScenarioPageProps) {
  const { t, i18n } = useTranslation('guard');
  const query = useQuery(scenarioQuery(id));
  const { data } = query;
  const title = data
    ? t('decision.version', { name: textOf(data.title, i18n.language), version: data.number })
    : t('scenario.one');
  return (
    <Page
      title={title}
      heading={
        data ? (
          <>
            {title} <ScenarioStateTag state={data.state} />
          </>
        ) : (
          title
        )
      }
      actions={data ? <Acts scenario={data} isWriting={isWriting} /> : null}
    >
      <Loaded query={query} rows={12}>
        {(scenario) => (
          <>
            <About scenario={scenario} beside={beside} />
            {isWriting ? (
              <ScenarioForm key={scenario.id} scenario={scenario} />
            ) : beside ? (
              <Comparison scenario={scenario} beside={beside} />
            ) : (
              <SpecView spec={specOf(scenario)} />
            )}
          </>
        )}
      </Loaded>
      <p>
        <Link to="/scenarios">{t('scenario.back')}</Link>
      </p>
    </Page>
  );
}

const VERBS = ['revise', 'approve', 'draft', 'retire'] as const;

function Acts({ scenario, isWriting }: { scenario: Scenario; isWriting: boolean }) {
  const { t } = useTranslation('guard');
  const common = useTranslation();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const session = useSession();
  const submission = useSubmit();
  const acts = useScenarioActs();
  const [isRetiring, setRetiring] = useState(false);
  if (isWriting) return null;
  const write = () =>
    void navigate({ to: '/scenarios/$scenario', params: { scenario: scenario.id }, search: { write: true } });
  const choose = (verb: (typeof VERBS)[number]) => {
    if (verb === 'retire') return setRetiring(true);
    if (verb === 'revise' || verb === 'draft') return write();
    void submission.run(async () => {
      await acts.approve(scenario);
      void message.success(common.t('act.done', { act: t('scenarioVerb.approve') }));
    });
  };
  // A new version is drafted from any other; the server keeps the permission, and the draft decides nothing.
  const canDraft = holds(session, 'guard.scenario.draft') && scenario.state !== 'draft';
  const draft = { action: 'draft', allowed: true };
  return (
    <>
      {submission.problem ? <ProblemNotice error={submission.problem} /> : null}
      <ActionButtons
        verbs={VERBS}
        actions={[...(scenario.allowed_actions ?? []), ...(canDraft ? [draft] : [])]}
        label={(verb) => t(`scenarioVerb.${verb}`)}
        onChoose={choose}
        dangerous={['retire']}
      />
      {holds(session, 'guard.backtest.run')
        ? (['backtest', 'shadow'] as const).map((proof) => (
            <Button
              key={proof}
              onClick={() => void navigate({ to: `/${proof}s`, search: { scenario: scenario.id, start: true } })}
            >
              {t(`scenarioVerb.${proof}`)}
            </Button>
          ))
        : null}
      <Writing<{ reason: string }>
        open={isRetiring}
        title={t('scenarioVerb.retire')}
        danger
        onClose={() => setRetiring(false)}
        onSend={async ({ reason }) => {
          await acts.retire(scenario, reason);
        }}
      >
        <p>{t('scenario.retireHint')}</p>
        <Words name="reason" label={t('lists.reason')} charsMax={REASON_CHARS_MAX} />
      </Writing>
    </>
  );
}

function About({ scenario, beside }: { scenario: Scenario; beside: string | undefined }) {
  const { t } = useTranslation('guard');
  const navigate = useNavigate();
  const versions = useInfiniteQuery(scenarioPages({ name: scenario.name }));
  const others = (versions.data?.pages ?? []).flatMap((page) => page.items).filter((one) => one.id !== scenario.id);
  return (
    <Panel title={t('scenario.about')}>
      <Facts
        facts={[
          [t('lists.data'), <code key="name">{scenario.name}</code>],
          [t('scenario.drafted'), momentOf(scenario.drafted_at)],
          ...(scenario.approved_by
            ? [
                [t('scenario.approved'), <ActorName key="by" actor={scenario.approved_by} />] as [
                  string,
                  React.ReactNode,
                ],
              ]
            : []),
          ...(scenario.live_at ? [[t('scenario.live'), momentOf(scenario.live_at)] as [string, string]] : []),
          ...(scenario.retired_at ? [[t('scenario.retired'), momentOf(scenario.retired_at)] as [string, string]] : []),
          [
            t('scenario.compare'),
            <Select
              key="compare"
              size="small"
              allowClear
              aria-label={t('scenario.compare')}
              placeholder={others.length === 0 ? t('scenario.onlyOne') : t('scenario.compareWith')}
              disabled={others.length === 0}
              value={beside ?? null}
              onChange={(other: string | null | undefined) =>
                void navigate({
                  to: '/scenarios/$scenario',
                  params: { scenario: scenario.id },
                  search: other ? { beside: other } : {},
                  replace: true,
                })
              }
              options={others.map(({ id, number, state }) => ({
                value: id,
                label: `${t('scenario.version', { number })} · ${t(`scenarioState.${state}`)}`,
              }))}
              style={{ width: 220 }}
            />,
          ],
        ]}
      />
    </Panel>
  );
}
