//! Answering a return visit by the link or the short code of an invitation, without signing in.

import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../api/client.ts';
import { dateOf } from '../lib/time.ts';
import { Action, Way } from './parts/button.tsx';
import { TextField } from './parts/field.tsx';
import { Notice } from './parts/notice.tsx';
import { Screen } from './parts/screen.tsx';
import { useSending } from './progress/use-sending.ts';
import { type Said, VisitForm } from './progress/visit.tsx';
import { plain } from './typed.ts';

/** With what somebody comes. */
type Key = { token: string } | { receipt: string; code: string };

/** The token of the link. It leaves the address at once, so that nobody after this visitor finds it in the browser. */
function tokenOfAddress(): string {
  const token = location.hash.slice(1);
  if (token) history.replaceState(null, '', location.pathname);
  return token;
}

export function InvitationPage() {
  const { t } = useTranslation('portal');
  const [token] = useState(tokenOfAddress);
  const [opened, setOpened] = useState<{ key: Key; matter: Schemas['InvitationBody'] }>();
  const [answered, setAnswered] = useState<Schemas['InvitationAnsweredBody']>();
  const { busy, problem, send } = useSending();
  const open = (key: Key) =>
    send(async () => {
      const matter = await ok(api.POST('/api/voice/portal/invitations/view', { body: key }));
      setOpened({ key, matter });
    });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the link is opened once, when the page is.
  useEffect(() => {
    if (token) void open({ token });
  }, []);
  const answer = async (said: Said) => {
    if (!opened) return;
    setAnswered(await ok(api.POST('/api/voice/portal/invitations/answer', { body: { ...opened.key, ...said } })));
  };
  return (
    <Screen title={t('invitation.title')}>
      {answered ? (
        <>
          <p role="status">{answered.is_reopened ? t('invitation.reopened') : t('invitation.thanks')}</p>
          <Way to="/" className="action">
            {t('invitation.home')}
          </Way>
        </>
      ) : opened ? (
        <>
          <p>{t('invitation.about', { receipt: opened.matter.receipt, day: dateOf(opened.matter.answered_at) })}</p>
          <VisitForm onSend={answer} onSent={() => {}} />
        </>
      ) : (
        <>
          {problem ? <Notice problem={problem} /> : null}
          {token && busy ? <p role="status">{t('invitation.opening')}</p> : <ByCode busy={busy} onOpen={open} />}
        </>
      )}
    </Screen>
  );
}

function ByCode({ busy, onOpen }: { busy: boolean; onOpen: (key: Key) => Promise<boolean> }) {
  const { t } = useTranslation('portal');
  const [receipt, setReceipt] = useState('');
  const [code, setCode] = useState('');
  const isReady = receipt.trim() !== '' && code.trim() !== '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) void onOpen({ receipt: plain(receipt), code: plain(code) });
  };
  return (
    <form onSubmit={submit} noValidate>
      <p>{t('invitation.how')}</p>
      <TextField
        label={t('progress.receipt')}
        value={receipt}
        onText={setReceipt}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
      />
      <TextField
        label={t('invitation.code')}
        value={code}
        onText={setCode}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={8}
      />
      <Action kind="main" type="submit" busy={busy} disabled={!isReady}>
        {t('invitation.open')}
      </Action>
    </form>
  );
}
