//! What to do before one pays: how urgent it is, what was noticed and why it matters, and whom to call.

import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client.ts';
import { textOf } from '../../lib/text.ts';
import { Action, Way } from '../parts/button.tsx';
import { Screen } from '../parts/screen.tsx';

interface AdviceProps {
  answer: Schemas['AskAnswerBody'];
  onAgain: () => void;
}

export function Advice({ answer, onAgain }: AdviceProps) {
  const { t, i18n } = useTranslation('portal');
  const say = (text: Schemas['TextBody']) => textOf(text, i18n.language);
  return (
    <Screen title={say(answer.title)} step="answer">
      <ol className="steps advice" data-level={answer.level}>
        {answer.advice.map((sentence) => (
          <li key={sentence.en}>{say(sentence)}</li>
        ))}
      </ol>
      {answer.signs.length > 0 ? (
        <section aria-labelledby="signs">
          <h2 id="signs">{t('ask.signs')}</h2>
          {answer.signs.map((sign) => (
            <div key={sign.key} className="sign" data-level={sign.level}>
              <h3>{say(sign.title)}</h3>
              <p>{say(sign.why)}</p>
              <p>
                <strong>{t('ask.act')}</strong>
                {say(sign.act)}
              </p>
            </div>
          ))}
        </section>
      ) : null}
      <h2>{t('ask.whom')}</h2>
      <div className="row">
        <a className="action danger" href="tel:110">
          {t('ask.police')}
        </a>
        <a className="action main" href={`tel:${answer.line.number}`}>
          {t('ask.line', { title: say(answer.line.title), number: answer.line.number })}
        </a>
      </div>
      <p className="hint">{t('ask.kept')}</p>
      <div className="row">
        <Action onClick={onAgain}>{t('ask.again')}</Action>
        <Way to="/" className="action plain">
          {t('home.back')}
        </Way>
      </div>
    </Screen>
  );
}
