//! What other departments were asked, and what they answered.

import { useTranslation } from 'react-i18next';
import { useNow } from '../../../lib/now.ts';
import { dateOf } from '../../../lib/time.ts';
import { Nothing } from '../../../parts/loaded.tsx';
import { ActorName, UnitName } from '../../../parts/names.tsx';
import { type Mood, MoodTag } from '../../../ui/mood.tsx';
import { Panel } from '../../../ui/panel.tsx';
import type { Order } from '../data.ts';
import styles from './order-page.module.css';

type Task = Order['tasks'][number];

function moodOf(task: Task, now: number): Mood {
  if (task.state === 'answered') return 'met';
  if (task.state !== 'open') return 'none';
  return task.due && Date.parse(task.due) < now ? 'overdue' : 'calm';
}

export function TasksPanel({ order }: { order: Order }) {
  const { t } = useTranslation('voice');
  const now = useNow();
  return (
    <Panel title={t('task.title')} flush>
      {order.tasks.length === 0 ? <Nothing>{t('task.none')}</Nothing> : null}
      <ul className={styles.list}>
        {order.tasks.map((task) => (
          <li key={task.id}>
            <div className={styles.line}>
              <span className={styles.grow}>
                <UnitName path={task.unit} />
                {task.person ? (
                  <>
                    {' · '}
                    <ActorName actor={task.person} />
                  </>
                ) : null}
              </span>
              <MoodTag mood={moodOf(task, now)}>{t(`task.${task.state as 'open' | 'answered' | 'cancelled'}`)}</MoodTag>
            </div>
            <p className={styles.text}>{task.ask}</p>
            {task.due ? <div className={styles.quiet}>{t('task.dueOn', { day: dateOf(task.due) })}</div> : null}
            {task.answer ? <div className={styles.said}>{task.answer}</div> : null}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
