//! Extensions that wait for my approval.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { textOf } from '../../../lib/text.ts';
import { momentOf } from '../../../lib/time.ts';
import { Loaded, Nothing } from '../../../parts/loaded.tsx';
import { ActorName, UnitName } from '../../../parts/names.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { approvalsQuery } from '../data.ts';
import styles from './day-page.module.css';

export function ApprovalsPanel() {
  const { t, i18n } = useTranslation('voice');
  const query = useQuery(approvalsQuery);
  return (
    <Panel title={t('day.approvals')} flush extra={query.data?.items.length || null}>
      <Loaded
        query={query}
        isEmpty={({ items }) => items.length === 0}
        empty={<Nothing>{t('day.noApprovals')}</Nothing>}
      >
        {({ items }) => (
          <ul className={styles.list}>
            {items.map((row) => (
              <li key={row.clock}>
                <Link to="/orders/$order" params={{ order: row.order }} className={styles.title}>
                  {row.title}
                </Link>
                <div className={styles.quiet}>
                  {`${textOf(row.rule, i18n.language)} · `}
                  <UnitName path={row.unit} /> · <ActorName actor={row.proposed_by} />
                  {` · ${momentOf(row.proposed_at)}`}
                </div>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  );
}
