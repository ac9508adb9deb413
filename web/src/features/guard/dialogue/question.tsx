//! One step: what to look at, listen to, ask or say, and a number for each answer. The answer given before is marked.

import { SoundOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useAloud } from '../../../lib/aloud.ts';
import type { Language } from '../../../lib/language.ts';
import { type Shortcut, useShortcuts } from '../../../lib/shortcuts.ts';
import { textOf } from '../../../lib/text.ts';
import { ConflictNotice } from '../../../parts/conflict-notice.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { Key } from '../../../ui/key.tsx';
import { type Interception, interceptionQuery } from '../data.ts';
import { stateOf } from '../interceptions/acts.ts';
import styles from './dialogue.module.css';
import type { Step } from './steps.ts';
import type { useAnswering } from './use-answering.ts';

const ALOUD_KEY = 'r';

interface QuestionProps {
  interception: Interception;
  step: Step;
  place: number;
  count: number;
  answering: ReturnType<typeof useAnswering>;
}

export function Question({ interception, step, place, count, answering }: QuestionProps) {
  const { t, i18n } = useTranslation('guard');
  const { part, step: asked, given } = step;
  const { allowed, reason } = stateOf(interception, 'answer');
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const say = (text: { zh: string; en: string }) => textOf(text, i18n.language);
  const give = (answer: string) => void answering.send(step, answer);
  useShortcuts(
    allowed
      ? asked.answers.map<Shortcut>(({ key, text }, index) => ({
          keys: String(index + 1),
          label: say(text),
          group: 'page',
          run: () => give(key),
        }))
      : [],
  );
  const { pending } = answering;
  const chosen = pending?.step.step.key === asked.key ? pending.answer : given?.answer;
  return (
    <section className={styles.question} aria-labelledby="question">
      <p className={styles.place}>
        <span className={styles.act}>{t(`act.${asked.act}`)}</span>
        {t('talk.place', { part: say(part.title), number: place + 1, count })}
      </p>
      <h2 ref={heading} id="question" tabIndex={-1} className={styles.text}>
        {say(asked.text)}
      </h2>
      <ReadAloud text={say(asked.text)} />
      {allowed ? null : <p role="note">{reason}</p>}
      <ol className={styles.answers}>
        {asked.answers.map(({ key, text }, index) => (
          <li key={key}>
            <button
              type="button"
              className={styles.answer}
              aria-pressed={chosen === key}
              aria-keyshortcuts={String(index + 1)}
              disabled={!allowed}
              onClick={() => give(key)}
            >
              <kbd className={styles.number}>{index + 1}</kbd>
              <span className={styles.grow}>{say(text)}</span>
            </button>
          </li>
        ))}
      </ol>
      <Trouble interception={interception} answering={answering} />
    </section>
  );
}

/** An answer that did not arrive: why, and one key to send it again. */
function Trouble({ interception, answering }: Pick<QuestionProps, 'interception' | 'answering'>) {
  const queries = useQueryClient();
  const { pending, send } = answering;
  if (!pending?.problem) return <div aria-live="polite" />;
  const again = () => void send(pending.step, pending.answer);
  const renew = () => void queries.invalidateQueries({ queryKey: interceptionQuery(interception.id).queryKey });
  return (
    <div aria-live="polite">
      {pending.problem.kind === 'conflict' ? (
        <ConflictNotice matter={interception} seen={pending.version} onRenew={renew} onGoOn={again} />
      ) : (
        <ProblemNotice error={pending.problem} onRetry={again} />
      )}
    </div>
  );
}

function ReadAloud({ text }: { text: string }) {
  const { t, i18n } = useTranslation('guard');
  const { state, read, stop } = useAloud();
  const isOn = state === 'reading' || state === 'waiting';
  const toggle = () => (isOn ? stop() : read(text, i18n.language as Language));
  useShortcuts([{ keys: ALOUD_KEY, label: t('talk.aloud'), group: 'page', run: toggle }]);
  return (
    <p className={styles.aloud}>
      <Button icon={<SoundOutlined />} onClick={toggle} aria-pressed={isOn}>
        {t(isOn ? 'talk.silent' : 'talk.aloud')} <Key>{ALOUD_KEY.toUpperCase()}</Key>
      </Button>
      <span role="status">{state === 'unable' ? t('talk.unable') : ''}</span>
    </p>
  );
}
