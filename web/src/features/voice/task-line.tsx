//! One task in a list: the order it belongs to, who is asked, and until when.

import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client.ts';
import { useNow } from '../../lib/now.ts';
import { dateOf } from '../../lib/time.ts';
import { ActorName, UnitName } from '../../parts/names.tsx';
import styles from './day/day-page.module.css';

export function TaskLine({ task }: { task: Schemas['TaskRowBody'] }) {
  const { t } = useTranslation('voice');
  const now = useNow();
  const isLate = task.due ? Date.parse(task.due) < now : false;
  return (
    <li>
      <Link to="/orders/$order" params={{ order: task.order }} className={styles.title}>
        {task.title}
      </Link>
      <div className={styles.quiet}>
        <UnitName path={task.unit} />
        {task.person ? (
          <>
            {' · '}
            <ActorName actor={task.person} />
          </>
        ) : null}
        {task.due ? (
          <span style={isLate ? { color: 'var(--mood-overdue)' } : {}}>
            {` · ${t('task.dueOn', { day: dateOf(task.due) })}`}
          </span>
        ) : null}
      </div>
    </li>
  );
}
