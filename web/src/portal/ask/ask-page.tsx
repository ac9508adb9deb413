//! Asking before one pays: what it is about, then the number or the message, then what to do. Nothing that is typed is kept.

import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../api/client.ts';
import { asProblem, type Problem } from '../../lib/problem.ts';
import { Action } from '../parts/button.tsx';
import { AreaField, TextField } from '../parts/field.tsx';
import { Notice } from '../parts/notice.tsx';
import { Screen } from '../parts/screen.tsx';
import { withProof } from '../proof.ts';
import { Advice } from './advice.tsx';

export const ASKED = ['message', 'account', 'phone'] as const;
export type Asked = (typeof ASKED)[number];

/** As long as the server takes a message. */
const MESSAGE_CHARS_MAX = 2_000;
const NUMBER_CHARS_MAX = 64;

export function AskPage() {
  const [asked, setAsked] = useState<Asked>();
  const [answer, setAnswer] = useState<Schemas['AskAnswerBody']>();
  const again = () => {
    setAnswer(undefined);
    setAsked(undefined);
  };
  if (answer) return <Advice answer={answer} onAgain={again} />;
  return asked ? <Question asked={asked} onAnswer={setAnswer} onBack={again} /> : <Choice onChoose={setAsked} />;
}

function Choice({ onChoose }: { onChoose: (asked: Asked) => void }) {
  const { t } = useTranslation('portal');
  return (
    <Screen title={t('ask.title')} step="choice">
      <p>{t('ask.how')}</p>
      <div className="ways">
        {ASKED.map((asked) => (
          <button key={asked} type="button" className="way" onClick={() => onChoose(asked)}>
            <strong>{t(`ask.about.${asked}`)}</strong>
            <span>{t(`ask.note.${asked}`)}</span>
          </button>
        ))}
      </div>
      <p className="hint">{t('ask.kept')}</p>
    </Screen>
  );
}

interface QuestionProps {
  asked: Asked;
  onAnswer: (answer: Schemas['AskAnswerBody']) => void;
  onBack: () => void;
}

function Question({ asked, onAnswer, onBack }: QuestionProps) {
  const { t } = useTranslation('portal');
  const [words, setWords] = useState('');
  const [busy, setBusy] = useState(false);
  const [isMissing, setMissing] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const said = words.trim();
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setMissing(said === '');
    if (said === '') return;
    setBusy(true);
    setProblem(undefined);
    try {
      const question = { [asked]: said };
      onAnswer(
        await withProof((proof) =>
          ok(api.POST('/api/guard/portal/ask', { body: { ...question, ...(proof ? { proof } : {}) } })),
        ),
      );
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  const fault = isMissing && said === '' ? t(`ask.missing.${asked}`) : problem?.fault(`/${asked}`);
  return (
    <Screen title={t(`ask.about.${asked}`)} step={asked}>
      <form onSubmit={(event) => void send(event)} noValidate>
        {asked === 'message' ? (
          <AreaField
            label={t('ask.label.message')}
            hint={t('ask.hint.message')}
            value={words}
            rows={7}
            maxLength={MESSAGE_CHARS_MAX}
            autoComplete="off"
            onText={setWords}
            fault={fault}
          />
        ) : (
          <TextField
            label={t(`ask.label.${asked}`)}
            hint={t(`ask.hint.${asked}`)}
            value={words}
            maxLength={NUMBER_CHARS_MAX}
            inputMode={asked === 'phone' ? 'tel' : 'text'}
            autoComplete="off"
            spellCheck={false}
            onText={setWords}
            fault={fault}
          />
        )}
        {problem && problem.fields.length === 0 ? <Notice problem={problem} /> : null}
        <div className="row">
          <Action onClick={onBack}>{t('ask.back')}</Action>
          <Action kind="main" type="submit" busy={busy}>
            {t('ask.send')}
          </Action>
        </div>
      </form>
    </Screen>
  );
}
