//! One interception on one screen: what is demanded and why, who pays whom, the dialogue, what may be done, all that happened.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listen } from '../../../lib/live.ts';
import { useShortcuts } from '../../../lib/shortcuts.ts';
import { textOf } from '../../../lib/text.ts';
import { ActionsPanel } from '../../../parts/actions-panel.tsx';
import { EventLines } from '../../../parts/event-lines.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { type Interception, interceptionQuery, LIVE_URL } from '../data.ts';
import { StageTag, useSum } from '../words.tsx';
import { ActDrawer } from './act-drawer.tsx';
import { stateOf } from './acts.ts';
import { useActs } from './interception-acts.ts';
import styles from './interceptions.module.css';
import { PeoplePanel } from './people-panel.tsx';
import { SaidPanel } from './said-panel.tsx';
import { StandingPanel } from './standing-panel.tsx';
import { StepsPanel } from './steps-panel.tsx';
import type { VerbName } from './verbs.ts';

const route = getRouteApi('/interceptions/$interception');

/** The interception of the address. */
export function InterceptionRoute() {
  return <InterceptionPage id={route.useParams().interception} />;
}

/** A colleague's act shows here without a reload; what is being written is left alone. */
export function useInterceptionHints(id: string): void {
  const queries = useQueryClient();
  useEffect(() => {
    const renew = () => void queries.invalidateQueries({ queryKey: interceptionQuery(id).queryKey });
    return listen(LIVE_URL, {
      changed: (hint) => {
        if (hint.id === id) renew();
      },
      missed: renew,
    });
  }, [queries, id]);
}

export function InterceptionPage({ id }: { id: string }) {
  const { t } = useTranslation('guard');
  const query = useQuery(interceptionQuery(id));
  useInterceptionHints(id);
  const title = useTitle(query.data);
  return (
    <Page
      title={title}
      heading={
        query.data ? (
          <>
            {title} <StageTag stage={query.data.stage} />
          </>
        ) : (
          title
        )
      }
      actions={query.data ? <Talk interception={query.data} /> : null}
    >
      <Loaded query={query} rows={12}>
        {(data) => <Content key={data.id} interception={data} />}
      </Loaded>
      <p>
        <Link to="/interceptions">{t('interceptions.back')}</Link>
        {query.data?.decision ? <> · {t('interceptions.byDecision', { decision: query.data.decision })}</> : null}
      </p>
    </Page>
  );
}

/** Who pays how much, in one line. */
export function useTitle(interception: Interception | undefined): string {
  const { t } = useTranslation('guard');
  const sum = useSum();
  if (!interception) return t('interceptions.one');
  const { name_masked: name, amount } = interception;
  return t('interceptions.heading', { name: name || t('row.unknown'), sum: sum(amount) });
}

/** The way into the dialogue, the first thing that a teller does. */
function Talk({ interception }: { interception: Interception }) {
  const { t } = useTranslation('guard');
  const navigate = useNavigate();
  const isOpen = stateOf(interception, 'answer').allowed;
  const begin = () =>
    void navigate({ to: '/interceptions/$interception/dialogue', params: { interception: interception.id } });
  useShortcuts(isOpen ? [{ keys: 't', label: t('talk.hold'), group: 'page', run: begin }] : []);
  return isOpen ? (
    <Button type="primary" onClick={begin}>
      {t('talk.hold')}
    </Button>
  ) : null;
}

function Content({ interception }: { interception: Interception }) {
  const { t } = useTranslation('guard');
  const [verb, setVerb] = useState<VerbName>();
  const acts = useActs(interception);
  return (
    <div className={styles.columns}>
      <div className={styles.main}>
        <div className={styles.pair}>
          <StandingPanel interception={interception} />
          <PeoplePanel interception={interception} />
        </div>
        <StepsPanel interception={interception} />
        <SaidPanel interception={interception} />
        <Panel title={t('history.title')} flush>
          <EventLines events={interception.history} />
        </Panel>
      </div>
      <div className={styles.side}>
        <ActionsPanel acts={acts} onAct={setVerb} />
        <LawPanel interception={interception} />
      </div>
      <ActDrawer interception={interception} verb={verb} onClose={() => setVerb(undefined)} />
    </div>
  );
}

/** What the law says of stopping and telling, with how far it was verified. */
function LawPanel({ interception }: { interception: Interception }) {
  const { t, i18n } = useTranslation('guard');
  const say = (text: { zh: string; en: string }) => textOf(text, i18n.language);
  const { sentences } = interception.law;
  if (sentences.length === 0) return null;
  return (
    <Panel title={t('law.title')}>
      {sentences.map(({ text, law, article, is_verified: isVerified }) => (
        <p key={text.zh} className={styles.law}>
          {say(text)}{' '}
          <cite>
            {[say(law), article ? t('law.article', { article }) : '', isVerified ? '' : t('law.unverified')]
              .filter(Boolean)
              .join(' · ')}
          </cite>
        </p>
      ))}
    </Panel>
  );
}
