//! Beside the question: the steps with their answers, to go back to any; and what can be done at any time, each by a key.

import { useTranslation } from 'react-i18next';
import { textOf } from '../../../lib/text.ts';
import { ActionsPanel } from '../../../parts/actions-panel.tsx';
import type { Interception } from '../data.ts';
import { useActs } from '../interceptions/interception-acts.ts';
import { speaksOf } from '../interceptions/steps-panel.tsx';
import type { VerbName } from '../interceptions/verbs.ts';
import styles from './dialogue.module.css';
import type { Step } from './steps.ts';

interface StepRailProps {
  interception: Interception;
  steps: Step[];
  at: number;
  onGo: (place: number) => void;
  onAct: (verb: VerbName) => void;
}

export function StepRail({ interception, steps, at, onGo, onAct }: StepRailProps) {
  const { t, i18n } = useTranslation('guard');
  const say = (text: { zh: string; en: string }) => textOf(text, i18n.language);
  const acts = useActs(interception);
  return (
    <aside className={styles.rail} aria-label={t('talk.beside')}>
      <ol className={styles.steps}>
        {steps.map(({ part, step, given }, place) => {
          const answer = step.answers.find((one) => one.key === given?.answer);
          return (
            <li key={`${part.name} ${step.key}`}>
              <button
                type="button"
                className={styles.step}
                aria-current={place === at ? 'step' : undefined}
                onClick={() => onGo(place)}
                title={say(step.text)}
              >
                <span className={styles.glyph} aria-hidden="true">
                  {t(`glyph.${step.act}`)}
                </span>
                <span className="sr-only">{say(step.text)}</span>
                <span className={styles.said} data-speaks={given ? speaksOf(given.points) : 'neither'}>
                  {answer ? say(answer.text) : t('talk.unanswered')}
                </span>
              </button>
            </li>
          );
        })}
      </ol>
      <ActionsPanel acts={acts} onAct={onAct} />
    </aside>
  );
}
