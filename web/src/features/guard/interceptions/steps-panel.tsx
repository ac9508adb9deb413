//! The dialogue as it was held: each step with its answer, and what the answers speak for.

import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { textOf } from '../../../lib/text.ts';
import { Panel } from '../../../ui/panel.tsx';
import type { Interception } from '../data.ts';
import styles from './interceptions.module.css';

type Given = Interception['answers'][number];

/** What an answer speaks for. */
export function speaksOf(points: number): 'for' | 'against' | 'neither' {
  return points > 0 ? 'for' : points < 0 ? 'against' : 'neither';
}

export function StepsPanel({ interception }: { interception: Interception }) {
  const { t, i18n } = useTranslation('guard');
  const { id, steps_left: left, dialogue, answers } = interception;
  const link = (
    <Link to="/interceptions/$interception/dialogue" params={{ interception: id }}>
      {t(interception.stage === 'open' ? 'talk.hold' : 'talk.look')}
    </Link>
  );
  return (
    <Panel
      title={t('talk.title')}
      flush
      extra={
        <>
          <span>{left > 0 ? t('talk.left', { count: left }) : t('talk.whole')}</span>
          {link}
        </>
      }
    >
      {dialogue.map((part) => (
        <section key={part.name}>
          <h3 className={styles.part}>{textOf(part.title, i18n.language)}</h3>
          <ol className={styles.steps}>
            {part.steps.map((step) => {
              const given = answers.find((one) => one.part === part.name && one.step === step.key);
              const answer = step.answers.find((one) => one.key === given?.answer);
              return (
                <li key={step.key}>
                  <span className={styles.glyph} title={t(`act.${step.act}`)}>
                    {t(`glyph.${step.act}`)}
                  </span>
                  <span>{textOf(step.text, i18n.language)}</span>
                  {given ? <Points given={given} /> : <span />}
                  <span className={styles.given} data-speaks={given ? speaksOf(given.points) : 'neither'}>
                    {answer ? textOf(answer.text, i18n.language) : t('talk.unanswered')}
                  </span>
                </li>
              );
            })}
          </ol>
        </section>
      ))}
    </Panel>
  );
}

function Points({ given }: { given: Given }) {
  const { t } = useTranslation('guard');
  const sign = given.points > 0 ? `+${given.points}` : String(given.points);
  return (
    <span className="numbers" title={t(`speaks.${speaksOf(given.points)}`)}>
      {sign}
    </span>
  );
}
