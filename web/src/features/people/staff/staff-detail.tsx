//! One member of staff, and what may be done with the account.

import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Popconfirm, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { momentOf } from '../../../lib/time.ts';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useSubmit } from '../../../parts/submit.ts';
import { Facts } from '../../../ui/facts.tsx';
import { useRoleTitles } from '../roles.ts';
import { STAFF, type Staff } from './data.ts';
import { StaffForm } from './staff-form.tsx';
import styles from './staff-page.module.css';

export function StaffDetail({ staff }: { staff: Staff }) {
  const { t } = useTranslation('people');
  const titles = useRoleTitles();
  const queries = useQueryClient();
  const [isEditing, setEditing] = useState(false);
  const [secret, setSecret] = useState<Schemas['TemporaryPasswordBody']>();
  const submission = useSubmit();
  const params = { path: { id: staff.id } };
  const body = { revision: staff.revision };
  const run = (work: () => Promise<unknown>) =>
    submission.run(async () => {
      await work();
      await queries.invalidateQueries({ queryKey: STAFF });
    });
  const may = (action: string) => staff.allowed_actions.find((one) => one.action === action);

  if (isEditing) return <StaffForm staff={staff} onDone={() => setEditing(false)} />;
  const switchAction = staff.status === 'active' ? 'disable' : 'enable';
  return (
    <>
      <Facts
        facts={[
          [t('staff.number'), staff.number],
          [t('staff.phone'), staff.phone_masked || '—'],
          [t('staff.unit'), staff.unit.name],
          [t('staff.status'), t(`status.${staff.status}`)],
          [
            t('staff.roles'),
            staff.roles.map((role) => (
              <div key={role.role + role.scope.id}>
                {`${titles(role.role)} · ${role.scope.name}`}
                {role.to ? ` · ${t('staffPage.until', { at: momentOf(role.to) })}` : ''}
              </div>
            )),
          ],
        ]}
      />
      <div className={styles.actions}>
        <Button
          disabled={!may('update')?.allowed}
          title={may('update')?.reason ?? undefined}
          onClick={() => setEditing(true)}
        >
          {t('staffPage.edit')}
        </Button>
        <Popconfirm
          title={t('staffPage.resetSure')}
          onConfirm={() =>
            void run(async () => setSecret(await ok(api.POST('/api/people/staff/{id}/reset', { params }))))
          }
        >
          <Button disabled={!may('reset')?.allowed} title={may('reset')?.reason ?? undefined} loading={submission.busy}>
            {t('staffPage.reset')}
          </Button>
        </Popconfirm>
        <Popconfirm
          title={t(`staffPage.${switchAction}Sure`)}
          onConfirm={() => void run(() => ok(api.POST(`/api/people/staff/{id}/${switchAction}`, { params, body })))}
        >
          <Button
            danger={switchAction === 'disable'}
            disabled={!may(switchAction)?.allowed}
            title={may(switchAction)?.reason ?? undefined}
            loading={submission.busy}
          >
            {t(`staffPage.${switchAction}`)}
          </Button>
        </Popconfirm>
      </div>
      {may('update')?.reason ? <p className={styles.reason}>{may('update')?.reason}</p> : null}
      <div aria-live="polite">
        {submission.problem ? <ProblemNotice error={submission.problem} /> : null}
        {secret ? <Secret secret={secret} /> : null}
      </div>
    </>
  );
}

/** The temporary password, shown this once. */
function Secret({ secret }: { secret: Schemas['TemporaryPasswordBody'] }) {
  const { t } = useTranslation('people');
  return (
    <Alert
      type="success"
      showIcon
      title={t('staffPage.temporary')}
      description={
        <>
          <Typography.Text code copyable={{ text: secret.temporary_password }}>
            {secret.temporary_password}
          </Typography.Text>
          <p className={styles.reason}>{t('staffPage.temporaryNote', { at: momentOf(secret.expires_at) })}</p>
        </>
      }
    />
  );
}
