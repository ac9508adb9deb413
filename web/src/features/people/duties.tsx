//! What somebody must do before anything else: a password of their own, a second factor. One after the other.

import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { loadSession, type Session, signOut } from '../../api/session.ts';
import { ChangePassword } from './change-password.tsx';
import { SecondFactor } from './second-factor.tsx';
import styles from './sign-in.module.css';

interface DutiesProps {
  session: Session;
}

export function Duties({ session }: DutiesProps) {
  const { t } = useTranslation('people');
  const duty = session.duties[0];
  return (
    <>
      <h1 className={styles.title}>{duty === 'change_password' ? t('duty.password') : t('duty.secondFactor')}</h1>
      <p className={styles.note}>{duty === 'change_password' ? t('duty.passwordNote') : t('duty.secondFactorNote')}</p>
      {duty === 'change_password' ? (
        <ChangePassword onDone={() => void loadSession()} />
      ) : (
        <SecondFactor onDone={() => void loadSession()} />
      )}
      <Button type="link" block onClick={() => void signOut()} style={{ marginTop: 12 }}>
        {t('signOut')}
      </Button>
    </>
  );
}
