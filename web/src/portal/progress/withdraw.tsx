//! Withdrawing one's own matter: what it means, and a second look before it counts.

import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../api/client.ts';
import { Action } from '../parts/button.tsx';
import { AreaField } from '../parts/field.tsx';
import { Notice } from '../parts/notice.tsx';
import type { PartProps } from './own-matter.tsx';
import { useSending } from './use-sending.ts';

const WORDS_CHARS_MAX = 4_000;

export function Withdraw({ matter, onChange, onDone }: PartProps) {
  const { t } = useTranslation('portal');
  const [words, setWords] = useState('');
  const { busy, problem, send } = useSending();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const body = { token: matter.token, ...(words.trim() ? { words: words.trim() } : {}) };
    if (await send(async () => onChange(await ok(api.POST('/api/voice/portal/withdraw', { body }))))) onDone();
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <p>{t('withdraw.means')}</p>
      <AreaField label={t('withdraw.words')} value={words} rows={3} maxLength={WORDS_CHARS_MAX} onText={setWords} />
      {problem ? <Notice problem={problem} /> : null}
      <div className="row">
        <Action onClick={onDone}>{t('withdraw.no')}</Action>
        <Action kind="danger" type="submit" busy={busy}>
          {t('withdraw.yes')}
        </Action>
      </div>
    </form>
  );
}
