//! Tasks of other people's orders that wait for an answer of mine or of my unit.

import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Nothing } from '../../../parts/loaded.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { tasksQuery } from '../data.ts';
import { TaskLine } from '../task-line.tsx';
import styles from './day-page.module.css';

/** Shown here; the rest is one click away. */
const SHOWN_MAX = 6;

export function OwnTasksPanel() {
  const { t } = useTranslation('voice');
  const query = useInfiniteQuery(tasksQuery(false));
  const tasks = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel title={t('day.tasks')} flush extra={<Link to="/tasks">{t('day.all')}</Link>}>
      {query.error ? <ProblemNotice error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.data && tasks.length === 0 ? <Nothing>{t('day.noTasks')}</Nothing> : null}
      <ul className={styles.list}>
        {tasks.slice(0, SHOWN_MAX).map((task) => (
          <TaskLine key={task.id} task={task} />
        ))}
      </ul>
    </Panel>
  );
}
