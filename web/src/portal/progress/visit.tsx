//! Answering the return visit: is it settled, how satisfied, in a few words if one likes.

import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../api/client.ts';
import { Action } from '../parts/button.tsx';
import { AreaField, ChoiceField } from '../parts/field.tsx';
import { Notice } from '../parts/notice.tsx';
import type { PartProps } from './own-matter.tsx';
import { useSending } from './use-sending.ts';

const MARKS = ['5', '4', '3', '2', '1'] as const;
const WORDS_CHARS_MAX = 4_000;

/** What a complainant says of the answer, as the server takes it. */
export interface Said {
  is_settled: boolean;
  satisfaction: number;
  words?: string;
}

interface VisitFormProps {
  onSend: (said: Said) => Promise<void>;
  onSent: () => void;
  onBack?: () => void;
}

export function VisitForm({ onSend, onSent, onBack }: VisitFormProps) {
  const { t } = useTranslation('portal');
  const [settled, setSettled] = useState<'yes' | 'no'>();
  const [mark, setMark] = useState<(typeof MARKS)[number]>();
  const [words, setWords] = useState('');
  const { busy, problem, send } = useSending();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!settled || !mark) return;
    const said = { is_settled: settled === 'yes', satisfaction: Number(mark) };
    if (await send(() => onSend(words.trim() ? { ...said, words: words.trim() } : said))) onSent();
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <ChoiceField
        name="settled"
        label={t('visit.settled')}
        value={settled}
        onChoose={setSettled}
        options={(['yes', 'no'] as const).map((one) => ({ value: one, label: t(`visit.${one}`) }))}
      />
      <ChoiceField
        name="mark"
        label={t('visit.satisfied')}
        value={mark}
        onChoose={setMark}
        options={MARKS.map((one) => ({ value: one, label: t(`satisfaction.${one}`) }))}
      />
      <AreaField label={t('visit.words')} value={words} rows={3} maxLength={WORDS_CHARS_MAX} onText={setWords} />
      {problem ? <Notice problem={problem} /> : null}
      <div className="row">
        {onBack ? <Action onClick={onBack}>{t('file.back')}</Action> : null}
        <Action kind="main" type="submit" busy={busy} disabled={!settled || !mark}>
          {t('visit.send')}
        </Action>
      </div>
    </form>
  );
}

export function Visit({ matter, onChange, onDone }: PartProps) {
  const send = async (said: Said) =>
    onChange(await ok(api.POST('/api/voice/portal/visit', { body: { token: matter.token, ...said } })));
  return <VisitForm onSend={send} onSent={onDone} onBack={onDone} />;
}
