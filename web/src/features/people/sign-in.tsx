//! Signing in with staff number, password and, where asked for, the code of the authenticator.
//!
//! Also signing in again over a page whose session ended; that page stays as it was underneath.

import { Alert, Button, Form, Input } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Session, signIn } from '../../api/session.ts';
import { asProblem } from '../../lib/problem.ts';
import { LooksBar } from '../../parts/looks-bar.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import styles from './sign-in.module.css';

interface Fields {
  staff_number: string;
  password: string;
  code?: string;
}

interface SignInProps {
  /** The session that ended; absent at the front door. */
  locked?: Session;
}

/** The server's word for a right password whose second factor is missing. */
const CODE_NEEDED = 'code-needed';

export function SignIn({ locked }: SignInProps) {
  const { t } = useTranslation('people');
  const [form] = Form.useForm<Fields>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const [needsCode, setNeedsCode] = useState(locked?.staff?.has_second_factor ?? false);
  const number = locked?.staff?.number;

  useEffect(() => {
    if (!locked) document.title = `${t('signIn.title')} · Xiaobao`;
  }, [locked, t]);

  const submit = async (fields: Fields) => {
    setBusy(true);
    setError(undefined);
    try {
      await signIn({ ...fields, staff_number: number ?? fields.staff_number });
    } catch (failure) {
      if (asProblem(failure).reason === CODE_NEEDED && !needsCode) setNeedsCode(true);
      else setError(failure);
      setBusy(false);
    }
  };

  return (
    <>
      <h1 className={styles.title}>{locked ? t('signIn.again') : t('signIn.title')}</h1>
      <p className={styles.note}>{locked ? t('signIn.againNote') : t('signIn.note')}</p>
      <Form form={form} layout="vertical" onFinish={(fields) => void submit(fields)} requiredMark={false}>
        {number === undefined ? (
          <Form.Item
            name="staff_number"
            label={t('staff.number')}
            rules={[{ required: true, whitespace: true, message: t('signIn.numberMissing') }]}
          >
            <Input autoComplete="username" autoFocus autoCapitalize="none" spellCheck={false} />
          </Form.Item>
        ) : (
          <p className={styles.who}>{`${locked?.staff?.name ?? ''} · ${number}`}</p>
        )}
        <Form.Item
          name="password"
          label={t('signIn.password')}
          rules={[{ required: true, message: t('signIn.passwordMissing') }]}
        >
          <Input.Password autoComplete="current-password" autoFocus={number !== undefined} />
        </Form.Item>
        {needsCode ? (
          <Form.Item
            name="code"
            label={t('signIn.code')}
            extra={t('signIn.codeHint')}
            rules={[{ required: true, whitespace: true, message: t('signIn.codeMissing') }]}
          >
            <Input autoComplete="one-time-code" inputMode="numeric" autoFocus spellCheck={false} />
          </Form.Item>
        ) : null}
        <div aria-live="polite">
          {needsCode && !error && !busy ? <Alert type="info" title={t('signIn.codeNeeded')} /> : null}
          {error ? <ProblemNotice error={error} /> : null}
        </div>
        <Button type="primary" htmlType="submit" loading={busy} block className={styles.submit}>
          {t('signIn.submit')}
        </Button>
      </Form>
      {locked ? (
        <Button type="link" block onClick={() => location.assign('/')}>
          {t('signIn.somebodyElse')}
        </Button>
      ) : (
        <LooksBar />
      )}
    </>
  );
}
