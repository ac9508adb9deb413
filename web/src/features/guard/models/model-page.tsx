//! One version of the score model: what it was learnt from, what it looks at, and what two people do with it.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { App, Table } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { holds, useSession } from '../../../api/session.ts';
import type { Language } from '../../../lib/language.ts';
import { countText } from '../../../lib/quantity.ts';
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
import { namesQuery } from '../data.ts';
import { bytesText, modelQuery, type ScoreModel, useModelActs } from './data.ts';
import { ModelStateTag } from './list-page.tsx';

const REASON_CHARS_MAX = 500;
/** What one sees of the inputs at once; a model of the house has some sixty. */
const INPUTS_ON_PAGE = 20;

const route = getRouteApi('/score-models/$model');

/** The version of the address. */
export function ModelRoute() {
  return <ModelPage id={route.useParams().model} />;
}

export function ModelPage({ id }: { id: string }) {
  const { t } = useTranslation('guard');
  const query = useQuery(modelQuery(id));
  const { data } = query;
  const title = data ? t('model.version', { number: data.number }) : t('model.one');
  return (
    <Page
      title={title}
      heading={
        data ? (
          <>
            {title} <ModelStateTag state={data.state} />
          </>
        ) : (
          title
        )
      }
      actions={data ? <Acts model={data} /> : null}
    >
      <Loaded query={query} rows={12}>
        {(model) => (
          <>
            <About model={model} />
            <Inputs model={model} />
          </>
        )}
      </Loaded>
      <p>
        <Link to="/score-models">{t('model.back')}</Link>
      </p>
    </Page>
  );
}

const VERBS = ['approve', 'propose', 'retire'] as const;
/** What asks for a reason. */
type Reasoned = 'propose' | 'retire';

function Acts({ model }: { model: ScoreModel }) {
  const { t } = useTranslation('guard');
  const common = useTranslation();
  const { message } = App.useApp();
  const submission = useSubmit();
  const acts = useModelActs();
  const [asked, setAsked] = useState<Reasoned>();
  const choose = (verb: (typeof VERBS)[number]) => {
    if (verb !== 'approve') return setAsked(verb);
    void submission.run(async () => {
      await acts.approve(model);
      void message.success(common.t('act.done', { act: t('modelVerb.approve') }));
    });
  };
  const send = async ({ reason }: { reason: string }) => {
    if (asked) await acts[asked](model, reason);
  };
  return (
    <>
      {submission.problem ? <ProblemNotice error={submission.problem} /> : null}
      <ActionButtons
        verbs={VERBS}
        actions={model.allowed_actions ?? []}
        label={(verb) => t(`modelVerb.${verb}`)}
        onChoose={choose}
        dangerous={['retire']}
      />
      <Writing<{ reason: string }>
        key={asked ?? ''}
        open={asked !== undefined}
        title={t(`modelVerb.${asked ?? 'retire'}`)}
        danger={asked === 'retire'}
        onClose={() => setAsked(undefined)}
        onSend={send}
      >
        <p>{t(`model.${asked ?? 'retire'}Hint`)}</p>
        <Words name="reason" label={t('lists.reason')} charsMax={REASON_CHARS_MAX} />
      </Writing>
    </>
  );
}

function About({ model }: { model: ScoreModel }) {
  const { t, i18n } = useTranslation('guard');
  const language = i18n.language as Language;
  const when = (at: string | null | undefined, label: string): [string, ReactNode][] =>
    at ? [[label, momentOf(at)]] : [];
  return (
    <Panel title={t('model.about')}>
      <Facts
        facts={[
          [t('model.reason'), model.reason],
          [t('model.format'), t(`modelFormat.${model.format}`)],
          [t('model.trees'), countText(model.trees, language)],
          [t('model.size'), bytesText(model.bytes, i18n.language)],
          [t('model.digest'), <code key="digest">{model.digest}</code>],
          [t('model.proposed'), <ActorName key="proposer" actor={model.proposed_by} />],
          [t('model.proposedAt'), momentOf(model.proposed_at)],
          ...(model.approved_by
            ? ([[t('scenario.approved'), <ActorName key="by" actor={model.approved_by} />]] as [string, ReactNode][])
            : []),
          ...when(model.live_at, t('scenario.live')),
          ...when(model.retired_at, t('scenario.retired')),
        ]}
      />
    </Panel>
  );
}

interface Input {
  name: string;
  title: string;
  of: string;
}

/** What it looks at, with the names on screen for who may see them. */
function Inputs({ model }: { model: ScoreModel }) {
  const { t, i18n } = useTranslation('guard');
  const canAsk = holds(useSession(), 'guard.scenario.see');
  const { data: names = [] } = useQuery({ ...namesQuery, enabled: canAsk });
  const rows = model.inputs.map<Input>((name) => {
    const known = names.find((one) => one.name === name);
    return {
      name,
      title: known ? textOf(known.title, i18n.language) : '',
      of: known ? t(`nameOf.${known.of}`) : '',
    };
  });
  return (
    <Panel title={t('model.inputs')} flush extra={t('model.inputsNote')}>
      <Table<Input>
        size="small"
        aria-label={t('model.inputs')}
        dataSource={rows}
        rowKey={(row) => row.name}
        scroll={{ x: 'max-content' }}
        pagination={{ pageSize: INPUTS_ON_PAGE, size: 'small', hideOnSinglePage: true, showSizeChanger: false }}
        columns={[
          { key: 'name', title: t('lists.data'), render: (_, row) => <code>{row.name}</code> },
          { key: 'title', title: t('seen.name'), dataIndex: 'title' },
          { key: 'of', title: t('model.inputOf'), dataIndex: 'of' },
        ]}
      />
    </Panel>
  );
}
