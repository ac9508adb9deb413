//! The clocks of an order: how much is used, which rule set each, from which article, and whether that was verified.

import { useTranslation } from 'react-i18next';
import { useNow } from '../../../lib/now.ts';
import { textOf } from '../../../lib/text.ts';
import { momentOf } from '../../../lib/time.ts';
import { Nothing } from '../../../parts/loaded.tsx';
import { ClockBar } from '../../../ui/clock-bar.tsx';
import { MoodTag } from '../../../ui/mood.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { ClockBasis } from '../clock-basis.tsx';
import type { Clock, Order } from '../data.ts';
import { moodOfClock, useSpanText } from '../words.ts';
import styles from './order-page.module.css';

export function ClocksPanel({ order }: { order: Order }) {
  const { t } = useTranslation('voice');
  return (
    <Panel title={t('clock.title')} flush={order.clocks.length === 0}>
      {order.clocks.length === 0 ? <Nothing>{t('clock.nothing')}</Nothing> : null}
      {order.clocks.map((clock) => (
        <OneClock key={clock.id} clock={clock} />
      ))}
    </Panel>
  );
}

const RUNNING: Clock['mood'][] = ['running', 'due_soon', 'overdue'];

export function OneClock({ clock }: { clock: Clock }) {
  const { t, i18n } = useTranslation('voice');
  const now = useNow();
  const span = useSpanText();
  const due = Date.parse(clock.due);
  const at = clock.answered_at ? Date.parse(clock.answered_at) : now;
  const mood = moodOfClock(clock);
  const isRunning = RUNNING.includes(clock.mood);
  const left = isRunning ? t(due < now ? 'clock.over' : 'clock.left', { span: span(now, due) }) : '';
  const state = isRunning ? left : t(`mood.${clock.mood}`);
  const pauses = (clock.pauses ?? []).map((pause) => ({
    from: Date.parse(pause.from),
    to: pause.to ? Date.parse(pause.to) : now,
  }));
  return (
    <div className={styles.clock}>
      <div className={styles.line}>
        <span className={styles.grow}>{textOf(clock.title, i18n.language)}</span>
        <MoodTag mood={mood}>{state}</MoodTag>
      </div>
      <ClockBar
        start={Date.parse(clock.start)}
        due={due}
        at={at}
        mood={mood}
        pauses={pauses}
        label={`${textOf(clock.title, i18n.language)} ${state}`}
      />
      <div className={styles.quiet}>
        {clock.answered_at
          ? t('clock.answered', { at: momentOf(clock.answered_at), due: momentOf(clock.due) })
          : t('clock.due', { at: momentOf(clock.due) })}
        {clock.is_provisional ? `（${t('clock.provisional')}）` : ''}
        {clock.extensions > 0 ? ` · ${t('clock.extended', { count: clock.extensions })}` : ''}
      </div>
      <ClockBasis clock={clock} />
    </div>
  );
}
