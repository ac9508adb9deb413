//! Looking a matter up with its number and a one-time code, and what can be done with it then.

import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../api/client.ts';
import { asProblem, type Problem } from '../../lib/problem.ts';
import { Action } from '../parts/button.tsx';
import { CodeField } from '../parts/code-field.tsx';
import { TextField } from '../parts/field.tsx';
import { Notice } from '../parts/notice.tsx';
import { Screen } from '../parts/screen.tsx';
import { plain } from '../typed.ts';
import { OwnMatter } from './own-matter.tsx';

export function ProgressPage() {
  const [matter, setMatter] = useState<Schemas['ProgressBody']>();
  return matter ? (
    <OwnMatter matter={matter} onChange={setMatter} onLeave={() => setMatter(undefined)} />
  ) : (
    <LookUp onFound={setMatter} />
  );
}

function LookUp({ onFound }: { onFound: (matter: Schemas['ProgressBody']) => void }) {
  const { t } = useTranslation('portal');
  const [receipt, setReceipt] = useState('');
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const isReady = receipt.trim() !== '' && code.trim() !== '';
  const find = async (event: FormEvent) => {
    event.preventDefault();
    if (!isReady) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const body = { receipt: plain(receipt), code: plain(code) };
      onFound(await ok(api.POST('/api/voice/portal/progress', { body })));
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <Screen title={t('progress.title')}>
      <p>{t('progress.how')}</p>
      <form onSubmit={(event) => void find(event)} noValidate>
        <TextField
          label={t('progress.receipt')}
          hint={t('progress.receiptHint')}
          value={receipt}
          onText={setReceipt}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
        />
        <CodeField
          whom={receipt.trim() ? { receipt: plain(receipt) } : undefined}
          code={code}
          fault={problem?.fault('/code')}
          onCode={setCode}
        />
        {problem && problem.fields.length === 0 ? <Notice problem={problem} /> : null}
        <Action kind="main" type="submit" busy={busy} disabled={!isReady}>
          {t('progress.find')}
        </Action>
      </form>
    </Screen>
  );
}
