//! What stands in front of the pages: sign-in, duties after a first sign-in, and the cover of a session that ended.

import { Button, Result, Spin } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { loadSession, type SessionState } from '../api/session.ts';
import { Duties } from '../features/people/duties.tsx';
import { SignIn } from '../features/people/sign-in.tsx';
import styles from './entrance.module.css';
import { queryClient } from './query.ts';

interface EntranceProps {
  state: SessionState;
}

export function Entrance({ state }: EntranceProps) {
  useEffect(() => {
    // What one person saw is not kept for the next.
    if (state.stage === 'out') queryClient.clear();
  }, [state.stage]);
  return (
    <div className={styles.cover} data-covers-page>
      <div className={styles.card}>
        <Content state={state} />
      </div>
    </div>
  );
}

function Content({ state }: EntranceProps) {
  const { t } = useTranslation();
  switch (state.stage) {
    case 'loading':
      return (
        <div className={styles.wait} role="status" aria-label={t('state.loading')}>
          <Spin />
        </div>
      );
    case 'unreachable':
      return (
        <Result
          status="warning"
          title={t('problem.unreachable')}
          subTitle={t('problem.unreachableHint')}
          extra={<Button onClick={() => void loadSession()}>{t('action.retry')}</Button>}
        />
      );
    case 'out':
      return <SignIn />;
    case 'locked':
      return <SignIn locked={state.session} />;
    case 'in':
      return <Duties session={state.session} />;
  }
}
