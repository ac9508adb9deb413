//! Somebody else acted first: what they did, so that one may go on or think again.

import { Alert, Button } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { textOf } from '../lib/text.ts';
import { clockOf } from '../lib/time.ts';
import styles from './act-form.module.css';
import type { Matter } from './act-form.tsx';
import { ActorName } from './names.tsx';

interface ConflictNoticeProps {
  matter: Matter;
  /** The version that the form was written on. */
  seen: number;
  /** Asks for the matter again. */
  onRenew: () => void;
  onGoOn: () => void;
}

export function ConflictNotice({ matter, seen, onRenew, onGoOn }: ConflictNoticeProps) {
  const { t, i18n } = useTranslation();
  const renew = useRef(onRenew);
  useEffect(() => renew.current(), []);
  const news = matter.history.filter((event) => event.version > seen);
  return (
    <Alert
      type="warning"
      showIcon
      title={t('conflict.title')}
      description={
        <>
          <ul className={styles.list}>
            {news.map((event) => (
              <li key={event.version}>
                <span className="numbers">{clockOf(event.at)}</span> <ActorName actor={event.by} />
                {t('conflict.did', { what: textOf(event.sentence, i18n.language) })}
              </li>
            ))}
          </ul>
          <p className={styles.hint}>{t('conflict.kept')}</p>
          <Button size="small" onClick={onGoOn} disabled={news.length === 0}>
            {t('conflict.goOn')}
          </Button>
        </>
      }
    />
  );
}
