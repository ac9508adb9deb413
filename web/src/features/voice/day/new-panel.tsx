//! Matters that nobody has accepted yet, where I may accept them.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useNow } from '../../../lib/now.ts';
import { shortMomentOf } from '../../../lib/time.ts';
import { Loaded, Nothing } from '../../../parts/loaded.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { glanceQuery } from '../data.ts';
import styles from './day-page.module.css';

/** Shown here; the queue has the rest. */
const SHOWN_MAX = 8;

export function NewPanel() {
  const { t } = useTranslation('voice');
  const now = useNow();
  const query = useQuery(glanceQuery({ stage: 'filed' }, SHOWN_MAX));
  return (
    <Panel
      title={t('day.new')}
      flush
      extra={
        <Link to="/orders" search={{ stage: 'filed' }}>
          {t('day.all')}
        </Link>
      }
    >
      <Loaded query={query} isEmpty={({ items }) => items.length === 0} empty={<Nothing>{t('day.noNew')}</Nothing>}>
        {({ items }) => (
          <ul className={styles.list}>
            {items.map((row) => (
              <li key={row.id}>
                <Link to="/orders/$order" params={{ order: row.id }} className={styles.title}>
                  {row.title}
                </Link>
                <div className={styles.quiet}>
                  {`${t(`matter.${row.matter}`)} · ${row.unit_name ?? row.unit} · ${shortMomentOf(row.received_at, new Date(now))}`}
                </div>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  );
}
