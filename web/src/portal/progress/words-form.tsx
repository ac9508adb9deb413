//! Sending a few words about one's own matter: what it means, the words, and a way back before it counts.

import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Action } from '../parts/button.tsx';
import { AreaField } from '../parts/field.tsx';
import { Notice } from '../parts/notice.tsx';
import { useSending } from './use-sending.ts';

/** As long as the server takes a remark. */
const WORDS_CHARS_MAX = 4_000;

interface WordsFormProps {
  /** What it means to send this. */
  meaning: string;
  label: string;
  /** Words must be there before it can be sent. */
  isRequired?: boolean;
  back: string;
  submit: string;
  kind: 'main' | 'danger';
  onSend: (words: string | undefined) => Promise<void>;
  onDone: () => void;
}

export function WordsForm({ meaning, label, isRequired = false, back, submit, kind, onSend, onDone }: WordsFormProps) {
  const { t } = useTranslation('portal');
  const [words, setWords] = useState('');
  const [isMissing, setMissing] = useState(false);
  const { busy, problem, send } = useSending();
  const said = words.trim();
  const submitted = async (event: FormEvent) => {
    event.preventDefault();
    setMissing(isRequired && said === '');
    if (isRequired && said === '') return;
    if (await send(() => onSend(said || undefined))) onDone();
  };
  return (
    <form onSubmit={(event) => void submitted(event)} noValidate>
      <p>{meaning}</p>
      <AreaField
        label={label}
        value={words}
        rows={isRequired ? 5 : 3}
        maxLength={WORDS_CHARS_MAX}
        onText={setWords}
        fault={isMissing && said === '' ? t('own.wordsMissing') : undefined}
      />
      {problem ? <Notice problem={problem} /> : null}
      <div className="row">
        <Action onClick={onDone}>{back}</Action>
        <Action kind={kind} type="submit" busy={busy}>
          {submit}
        </Action>
      </div>
    </form>
  );
}
