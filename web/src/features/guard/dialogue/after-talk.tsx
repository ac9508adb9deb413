//! Behind the last step: what the answers amount to, and that the acts beside it come next.

import { Button } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { textOf } from '../../../lib/text.ts';
import { Key } from '../../../ui/key.tsx';
import type { Interception } from '../data.ts';
import { stateOf } from '../interceptions/acts.ts';
import type { VerbName } from '../interceptions/verbs.ts';
import styles from './dialogue.module.css';
import type { Step } from './steps.ts';

interface AfterTalkProps {
  interception: Interception;
  steps: Step[];
  onAct: (verb: VerbName) => void;
}

/** What a teller most often does then, with the key that does it everywhere. */
const USUAL = [
  ['call_relative', 'F'],
  ['call_police', 'P'],
  ['delay', 'D'],
  ['settle', 'X'],
] as const satisfies [VerbName, string][];

export function AfterTalk({ interception, steps, onAct }: AfterTalkProps) {
  const { t, i18n } = useTranslation('guard');
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const say = (text: { zh: string; en: string }) => textOf(text, i18n.language);
  const worrying = steps.filter(({ given }) => given !== undefined && given.points > 0);
  const left = steps.filter(({ given }) => given === undefined).length;
  const usual = USUAL.filter(([verb]) => stateOf(interception, verb).allowed);
  return (
    <section className={styles.question} aria-labelledby="after">
      <h2 ref={heading} id="after" tabIndex={-1} className={styles.text}>
        {left > 0 ? t('talk.someLeft', { count: left }) : t('talk.over')}
      </h2>
      <p className={styles.place}>{t(worrying.length > 0 ? 'talk.worrying' : 'talk.calm')}</p>
      <ul className={styles.worries}>
        {worrying.map(({ part, step, given }) => {
          const answer = step.answers.find((one) => one.key === given?.answer);
          return <li key={`${part.name} ${step.key}`}>{answer ? say(answer.text) : null}</li>;
        })}
      </ul>
      {usual.length > 0 ? (
        <div className={styles.usual}>
          {usual.map(([verb, key]) => (
            <Button key={verb} onClick={() => onAct(verb)}>
              {t(`verb.${verb}`)} <Key>{key}</Key>
            </Button>
          ))}
        </div>
      ) : null}
    </section>
  );
}
