//! Somebody else acted first: what they did, so that one may go on or think again.

import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { textOf } from '../../../lib/text.ts';
import { clockOf } from '../../../lib/time.ts';
import { ActorName } from '../../../parts/names.tsx';
import { type Order, orderQuery } from '../data.ts';
import styles from './act-form.module.css';

interface ConflictNoticeProps {
  order: Order;
  /** The version that the form was written on. */
  seen: number;
  onGoOn: () => void;
}

export function ConflictNotice({ order, seen, onGoOn }: ConflictNoticeProps) {
  const { t, i18n } = useTranslation('voice');
  const queries = useQueryClient();
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: orderQuery(order.id).queryKey });
  }, [queries, order.id]);
  const news = order.history.filter((event) => event.version > seen);
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
