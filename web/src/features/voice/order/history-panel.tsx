//! What happened, day by day, newest first, with what was said and written at each step.

import { Segmented } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { textOf } from '../../../lib/text.ts';
import { clockOf, dateOf } from '../../../lib/time.ts';
import { ActorName } from '../../../parts/names.tsx';
import { Panel } from '../../../ui/panel.tsx';
import type { Order } from '../data.ts';
import styles from './order-page.module.css';

type Event = Order['history'][number];

/** What the program notes by itself and what only says that somebody looked: true, and seldom what one looks for. */
const QUIET = new Set(['reminded', 'clocks_moved', 'revealed', 'attachment_read']);

export function HistoryPanel({ order }: { order: Order }) {
  const { t } = useTranslation('voice');
  const [isWhole, setWhole] = useState(false);
  const days = useMemo(() => byDay(order.history, isWhole), [order.history, isWhole]);
  return (
    <Panel
      title={t('history.title')}
      flush
      extra={
        <Segmented
          size="small"
          aria-label={t('history.which')}
          value={isWhole ? 'whole' : 'main'}
          onChange={(which) => setWhole(which === 'whole')}
          options={(['main', 'whole'] as const).map((which) => ({ value: which, label: t(`history.${which}`) }))}
        />
      }
    >
      {days.map(([day, events]) => (
        <section key={day}>
          <h3 className={`${styles.day} numbers`}>{day}</h3>
          <ol className={styles.events} reversed>
            {events.map((event) => (
              <OneEvent key={event.version} event={event} />
            ))}
          </ol>
        </section>
      ))}
    </Panel>
  );
}

function OneEvent({ event }: { event: Event }) {
  const { i18n } = useTranslation();
  const isProgram = event.by.startsWith('program:');
  return (
    <li className={isProgram ? `${styles.event} ${styles.program}` : styles.event}>
      <time dateTime={event.at}>{clockOf(event.at)}</time>
      <span className={styles.dot} aria-hidden="true" />
      <div>
        {textOf(event.sentence, i18n.language)}{' '}
        <span className={styles.quiet}>
          <ActorName actor={event.by} />
        </span>
        {event.said ? <div className={styles.said}>{event.said}</div> : null}
      </div>
    </li>
  );
}

/** The events by their day in Shanghai, newest first. */
export function byDay(history: Event[], isWhole: boolean): [day: string, events: Event[]][] {
  const days = new Map<string, Event[]>();
  for (const event of [...history].reverse()) {
    if (!isWhole && QUIET.has(event.kind)) continue;
    const day = dateOf(event.at);
    days.set(day, [...(days.get(day) ?? []), event]);
  }
  return [...days];
}
