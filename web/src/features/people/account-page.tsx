//! One's own account: who one is here, password, second factor, and the browsers in which one is signed in.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../api/client.ts';
import { loadSession, type Session, useSession } from '../../api/session.ts';
import { momentOf } from '../../lib/time.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import styles from './account-page.module.css';
import { ChangePassword } from './change-password.tsx';
import { useRoleTitles } from './roles.ts';
import { SecondFactor } from './second-factor.tsx';

export function AccountPage() {
  const { t } = useTranslation('people');
  const { message } = App.useApp();
  const session = useSession();
  return (
    <Page title={t('account.title')}>
      <div className={styles.columns}>
        <Panel title={t('account.me')}>
          <Me session={session} />
        </Panel>
        <Panel title={t('account.sessions')} flush>
          <OwnSessions />
        </Panel>
        <Panel title={t('account.password')}>
          <div className={styles.form}>
            <ChangePassword onDone={() => void message.success(t('password.done'))} />
          </div>
        </Panel>
        <Panel title={t('account.secondFactor')}>
          <OwnSecondFactor has={session.staff?.has_second_factor ?? false} />
        </Panel>
      </div>
    </Page>
  );
}

function Me({ session }: { session: Session }) {
  const { t } = useTranslation('people');
  const titles = useRoleTitles();
  const roles = session.roles.map((role) => (
    <div key={role.role + role.scope.id}>
      {titles(role.role)} <span className={styles.quiet}>{`· ${role.scope.name}`}</span>
    </div>
  ));
  return (
    <Facts
      facts={[
        [t('staff.name'), session.staff?.name ?? ''],
        [t('staff.number'), session.staff?.number ?? ''],
        [t('staff.unit'), `${session.unit.name} (${session.unit.code})`],
        [t('staff.roles'), roles],
      ]}
    />
  );
}

function OwnSecondFactor({ has }: { has: boolean }) {
  const { t } = useTranslation('people');
  const [isOpen, setOpen] = useState(false);
  if (has) return <p className={styles.words}>{t('secondFactor.inUse')}</p>;
  if (isOpen) {
    return (
      <div className={styles.form}>
        <SecondFactor onDone={() => void loadSession()} />
      </div>
    );
  }
  return (
    <>
      <p className={styles.words}>{t('secondFactor.why')}</p>
      <Button onClick={() => setOpen(true)}>{t('secondFactor.begin')}</Button>
    </>
  );
}

const SESSIONS = ['people', 'sessions'];

function OwnSessions() {
  const { t } = useTranslation('people');
  const queries = useQueryClient();
  const query = useQuery({ queryKey: SESSIONS, queryFn: () => ok(api.GET('/api/people/sessions')) });
  const refresh = () => queries.invalidateQueries({ queryKey: SESSIONS });
  const end = useMutation({
    mutationFn: (id: string) => ok(api.POST('/api/people/sessions/{id}/revoke', { params: { path: { id } } })),
    onSettled: refresh,
  });
  const endOthers = useMutation({
    mutationFn: () => ok(api.POST('/api/people/sessions/revoke-others')),
    onSettled: refresh,
  });
  const failure = end.error ?? endOthers.error;
  return (
    <Loaded query={query}>
      {({ items }) => (
        <>
          {failure ? <ProblemNotice error={failure} /> : null}
          <ul className={styles.sessions}>
            {items.map((one) => (
              <OneSession key={one.id} one={one} onEnd={() => end.mutate(one.id)} busy={end.isPending} />
            ))}
          </ul>
          {items.length > 1 ? (
            <div className={styles.foot}>
              <Button size="small" loading={endOthers.isPending} onClick={() => endOthers.mutate()}>
                {t('session.endOthers')}
              </Button>
            </div>
          ) : null}
        </>
      )}
    </Loaded>
  );
}

interface OneSessionProps {
  one: Schemas['OwnSessionBody'];
  busy: boolean;
  onEnd: () => void;
}

function OneSession({ one, busy, onEnd }: OneSessionProps) {
  const { t } = useTranslation('people');
  return (
    <li>
      <div className={styles.client}>{one.client || t('session.unknownClient')}</div>
      <div className={styles.quiet}>
        {t('session.times', { from: momentOf(one.created_at), seen: momentOf(one.seen_at) })}
      </div>
      <div className={styles.end}>
        {one.is_present ? (
          <Tag>{t('session.present')}</Tag>
        ) : (
          <Button size="small" disabled={busy} onClick={onEnd}>
            {t('session.end')}
          </Button>
        )}
      </div>
    </li>
  );
}
