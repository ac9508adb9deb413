//! The teller's dialogue 看–听–问, in the whole window and in large type: one question at a time, a number for each answer.
//!
//! Works with the keyboard alone. What an answer changes is shown and announced at once.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Button, ConfigProvider } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcuts } from '../../../lib/shortcuts.ts';
import { Loaded } from '../../../parts/loaded.tsx';
import { Key } from '../../../ui/key.tsx';
import { Page } from '../../../ui/page.tsx';
import { type Interception, interceptionQuery } from '../data.ts';
import { ActDrawer } from '../interceptions/act-drawer.tsx';
import { useInterceptionHints, useTitle } from '../interceptions/interception-page.tsx';
import type { VerbName } from '../interceptions/verbs.ts';
import { AfterTalk } from './after-talk.tsx';
import styles from './dialogue.module.css';
import { OutcomeBar } from './outcome-bar.tsx';
import { Question } from './question.tsx';
import { StepRail } from './step-rail.tsx';
import { firstOpen, nextOpen, type Step, stepsOf } from './steps.ts';
import { useAnswering } from './use-answering.ts';

const route = getRouteApi('/interceptions/$interception/dialogue');

/** Letters that two people read at arm's length. */
const FONT_SIZE = 18;
const DRAWER_WIDTH = 560;

/** The dialogue of the interception of the address. */
export function DialogueRoute() {
  return <DialoguePage id={route.useParams().interception} />;
}

export function DialoguePage({ id }: { id: string }) {
  const { t } = useTranslation('guard');
  const query = useQuery(interceptionQuery(id));
  useInterceptionHints(id);
  const title = useTitle(query.data);
  return (
    <ConfigProvider componentSize="large" theme={{ cssVar: { key: 'xiaobao-large' }, token: { fontSize: FONT_SIZE } }}>
      <Page title={`${t('talk.title')} · ${title}`} actions={<Leave id={id} />}>
        <Loaded query={query} rows={8}>
          {(data) => <Talk key={data.id} interception={data} />}
        </Loaded>
      </Page>
    </ConfigProvider>
  );
}

function Leave({ id }: { id: string }) {
  const { t } = useTranslation('guard');
  const navigate = useNavigate();
  const leave = () => void navigate({ to: '/interceptions/$interception', params: { interception: id } });
  useShortcuts([{ keys: 'Escape', label: t('talk.leave'), group: 'page', run: leave }]);
  return (
    <Button onClick={leave}>
      {t('talk.leave')} <Key>{t('talk.escape')}</Key>
    </Button>
  );
}

function Talk({ interception }: { interception: Interception }) {
  const { t } = useTranslation('guard');
  const steps = stepsOf(interception);
  const [at, setAt] = useState(() => firstOpen(steps));
  const [verb, setVerb] = useState<VerbName>();
  const go = (place: number) => setAt(Math.min(steps.length, Math.max(0, place)));
  const answering = useAnswering(interception, (step: Step) => {
    const from = steps.findIndex((one) => one.part.name === step.part.name && one.step.key === step.step.key);
    go(nextOpen(steps, from));
  });
  useShortcuts([
    { keys: 'ArrowLeft', label: t('talk.previous'), group: 'page', run: () => go(at - 1) },
    { keys: 'ArrowRight', label: t('talk.next'), group: 'page', run: () => go(at + 1) },
  ]);
  const current = steps[at];
  return (
    <div className={styles.stage}>
      <div className={styles.work}>
        <OutcomeBar interception={interception} effect={answering.effect} />
        {current ? (
          <Question
            key={`${current.part.name} ${current.step.key}`}
            interception={interception}
            step={current}
            place={at}
            count={steps.length}
            answering={answering}
          />
        ) : (
          <AfterTalk interception={interception} steps={steps} onAct={setVerb} />
        )}
        <nav className={styles.ways} aria-label={t('talk.ways')}>
          <Button disabled={at === 0} onClick={() => go(at - 1)}>
            <Key>←</Key> {t('talk.previous')}
          </Button>
          <Button disabled={at >= steps.length} onClick={() => go(at + 1)}>
            {t('talk.next')} <Key>→</Key>
          </Button>
        </nav>
      </div>
      <StepRail interception={interception} steps={steps} at={at} onGo={go} onAct={setVerb} />
      <ActDrawer interception={interception} verb={verb} onClose={() => setVerb(undefined)} width={DRAWER_WIDTH} />
    </div>
  );
}
