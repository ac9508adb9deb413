//! What the words of a matter speak for, each with the words that it rests on. It classifies nothing: people choose.

import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client.ts';
import { textOf } from '../../lib/text.ts';
import styles from './guesses.module.css';

export type Aspect = Schemas['Aspect'];

/** The likeliest ones; what is less likely is found in the tree as quickly. */
const SHOWN_MAX = 2;

interface GuessesProps {
  guesses: Schemas['GuessesBody'];
  /** Which aspects, in this order. */
  aspects: readonly Aspect[];
  /** What holds now, for each aspect. */
  held?: Partial<Record<Aspect, string | undefined>>;
  /** Takes a suggestion over; without it they are only shown. */
  onTake?: (aspect: Aspect, key: string) => void;
}

export function Guesses({ guesses, aspects, held = {}, onTake }: GuessesProps) {
  const { t, i18n } = useTranslation('voice');
  const shown = aspects.flatMap((aspect) => guesses.aspects.find((one) => one.aspect === aspect) ?? []);
  const said = shown.filter((one) => one.classes.length > 0);
  if (said.length === 0) return <p className={styles.quiet}>{t('guess.none')}</p>;
  return (
    <ul className={styles.list}>
      {said.map((one) => (
        <li key={one.aspect}>
          <div className={styles.quiet}>{textOf(one.title, i18n.language)}</div>
          {one.classes.slice(0, SHOWN_MAX).map((found) => (
            <OneClass
              key={found.key}
              found={found}
              isHeld={held[one.aspect] === found.key}
              onTake={onTake ? () => onTake(one.aspect, found.key) : undefined}
            />
          ))}
        </li>
      ))}
    </ul>
  );
}

interface OneClassProps {
  found: Schemas['ClassGuessBody'];
  isHeld: boolean;
  onTake: (() => void) | undefined;
}

function OneClass({ found, isHeld, onTake }: OneClassProps) {
  const { t, i18n } = useTranslation('voice');
  const name = textOf(found.title, i18n.language);
  return (
    <div className={styles.line}>
      <div className={styles.grow}>
        {name} <span className={`${styles.quiet} numbers`}>{t('guess.percent', { percent: found.percent })}</span>
        {found.words.length > 0 ? (
          <div className={styles.quiet}>{t('guess.because', { words: found.words.join(t('guess.and')) })}</div>
        ) : null}
        {found.because ? <div className={styles.quiet}>{textOf(found.because, i18n.language)}</div> : null}
      </div>
      {isHeld ? (
        <span className={styles.quiet}>{t('guess.present')}</span>
      ) : onTake ? (
        <Button size="small" onClick={onTake} aria-label={t('guess.takeIt', { name })}>
          {t('guess.take')}
        </Button>
      ) : null}
    </div>
  );
}
