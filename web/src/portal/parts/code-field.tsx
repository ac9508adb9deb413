//! Asking for a one-time code and typing it in. Nothing is lost when it ends: another one is a tap away.

import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem, type Problem } from '../../lib/problem.ts';
import { askCode, type CodeFor } from '../code.ts';
import { Action } from './button.tsx';
import { TextField } from './field.tsx';
import { Notice } from './notice.tsx';

interface CodeFieldProps {
  /** For whom a code is wanted; nobody yet where something is still missing. */
  whom: CodeFor | undefined;
  code: string;
  fault?: string | undefined;
  onCode: (code: string) => void;
}

/** Before this has passed another code would only confuse; the server says the same. */
const AGAIN_SECONDS = 30;

export function CodeField({ whom, code, fault, onCode }: CodeFieldProps) {
  const { t } = useTranslation('portal');
  const [sent, setSent] = useState<{ at: number; shown: string | undefined; minutes: number }>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const wait = useCountdown(sent ? sent.at + AGAIN_SECONDS * 1000 : 0);

  const ask = async () => {
    if (!whom) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const answer = await askCode(whom);
      setSent({
        at: Date.now(),
        shown: answer.code ?? undefined,
        minutes: Math.round(answer.expires_in_seconds / 60),
      });
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <div className="code">
      <Action kind={sent ? 'plain' : 'main'} busy={busy} disabled={!whom || wait > 0} onClick={() => void ask()}>
        {wait > 0 ? t('code.wait', { seconds: wait }) : sent ? t('code.again') : t('code.send')}
      </Action>
      <div role="status">
        {sent ? (
          <p className="aside">
            {sent.shown ? t('code.shown', { code: sent.shown }) : t('code.sent', { minutes: sent.minutes })}
          </p>
        ) : null}
      </div>
      {problem ? <Notice problem={problem} /> : null}
      <TextField
        label={t('code.label')}
        value={code}
        fault={fault}
        onText={onCode}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={8}
      />
    </div>
  );
}

/** Whole seconds until an instant. */
function useCountdown(until: number): number {
  const [now, setNow] = useState(() => Date.now());
  const left = Math.max(0, Math.ceil((until - now) / 1000));
  useEffect(() => {
    setNow(Date.now());
    if (until <= Date.now()) return;
    const timer = setInterval(() => {
      setNow(Date.now());
      if (Date.now() >= until) clearInterval(timer);
    }, 1000);
    return () => clearInterval(timer);
  }, [until]);
  return left;
}
