//! The tasks that wait for an answer of mine, or of my unit.

import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Nothing } from '../../parts/loaded.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { tasksQuery } from './data.ts';
import styles from './day/day-page.module.css';
import { TaskLine } from './task-line.tsx';

export function TasksPage() {
  const { t } = useTranslation('voice');
  const [isMine, setMine] = useState(false);
  const query = useInfiniteQuery(tasksQuery(isMine));
  const tasks = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page title={t('tasks.title')} note={t('tasks.note')}>
      <Panel
        title={isMine ? t('tasks.mine') : t('tasks.unit')}
        flush
        extra={
          <Segmented
            size="small"
            aria-label={t('tasks.which')}
            value={isMine ? 'mine' : 'unit'}
            onChange={(which) => setMine(which === 'mine')}
            options={(['unit', 'mine'] as const).map((which) => ({ value: which, label: t(`tasks.${which}`) }))}
          />
        }
      >
        {query.error ? <ProblemNotice error={query.error} onRetry={() => void query.refetch()} /> : null}
        {query.data && tasks.length === 0 ? <Nothing>{t('day.noTasks')}</Nothing> : null}
        <ul className={styles.list}>
          {tasks.map((task) => (
            <TaskLine key={task.id} task={task} />
          ))}
        </ul>
        {query.hasNextPage ? (
          <div className={styles.foot}>
            <Button size="small" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t('tasks.more')}
            </Button>
          </div>
        ) : null}
      </Panel>
    </Page>
  );
}
