//! What I have to do, the most urgent first, each with the clocks that run on it.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import { useNow } from '../../../lib/now.ts';
import { textOf } from '../../../lib/text.ts';
import { momentOf } from '../../../lib/time.ts';
import { Loaded, Nothing } from '../../../parts/loaded.tsx';
import { ClockBar } from '../../../ui/clock-bar.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { ClockBasis } from '../clock-basis.tsx';
import { type Clock, dayQuery } from '../data.ts';
import { OPEN_STAGES } from '../queue/filters.ts';
import { StageTag } from '../stage-tag.tsx';
import { moodOfClock, useSpanText } from '../words.ts';
import styles from './day-page.module.css';

const OPEN = OPEN_STAGES.join(',');

export function DuePanel() {
  const { t } = useTranslation('voice');
  const query = useQuery(dayQuery);
  return (
    <Panel
      title={t('day.due')}
      flush
      extra={
        <Link to="/orders" search={{ handler: 'me', stage: OPEN }}>
          {t('day.all')}
        </Link>
      }
    >
      <Loaded query={query} rows={8}>
        {(day) => (
          <>
            <Counts day={day} />
            {day.due.length === 0 ? <Nothing>{t('day.nothingDue')}</Nothing> : null}
            <ul className={styles.list}>
              {day.due.map((order) => (
                <Due key={order.id} order={order} />
              ))}
            </ul>
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function Counts({ day }: { day: Schemas['DayBody'] }) {
  const { t } = useTranslation('voice');
  return (
    <div className={styles.counts}>
      <Link to="/orders" search={{ handler: 'me', clock: 'overdue' }} className={styles.count}>
        <span className={styles.number} style={day.overdue > 0 ? { color: 'var(--mood-overdue)' } : {}}>
          {day.overdue}
        </span>
        {t('day.overdue')}
      </Link>
      <Link to="/orders" search={{ handler: 'me', clock: 'due_today' }} className={styles.count}>
        <span className={styles.number} style={day.due_today > day.overdue ? { color: 'var(--mood-soon)' } : {}}>
          {day.due_today - day.overdue}
        </span>
        {t('day.today')}
      </Link>
      <Link to="/orders" search={{ handler: 'me', clock: 'due_soon' }} className={styles.count}>
        <span className={styles.number}>{day.due_soon - day.overdue}</span>
        {t('day.soon')}
      </Link>
    </div>
  );
}

function Due({ order }: { order: Schemas['DueBody'] }) {
  const { t } = useTranslation('voice');
  return (
    <li className={styles.due}>
      <div>
        <Link to="/orders/$order" params={{ order: order.id }} className={styles.title}>
          {order.title}
        </Link>
        <div className={styles.quiet}>
          <StageTag stage={order.stage} /> {`${t(`matter.${order.matter}`)} · ${order.name_masked} · `}
          <span className="numbers">{order.receipt}</span>
          {order.source === 'direct' ? '' : ` · ${t(`source.${order.source}`)}`}
        </div>
      </div>
      <div className={styles.clocks}>
        {order.clocks.map((clock) => (
          <ShortClock key={clock.id} clock={clock} />
        ))}
      </div>
    </li>
  );
}

/** A clock in three lines: what it is for and how long is left, the bar, and who set it by which article. */
function ShortClock({ clock }: { clock: Clock }) {
  const { t, i18n } = useTranslation('voice');
  const now = useNow();
  const span = useSpanText();
  const due = Date.parse(clock.due);
  const mood = moodOfClock(clock);
  const state =
    clock.mood === 'paused' ? t('mood.paused') : t(due < now ? 'clock.over' : 'clock.left', { span: span(now, due) });
  const title = textOf(clock.title, i18n.language);
  const pauses = (clock.pauses ?? []).map((pause) => ({
    from: Date.parse(pause.from),
    to: pause.to ? Date.parse(pause.to) : now,
  }));
  return (
    <Tooltip title={t('clock.due', { at: momentOf(clock.due) })}>
      <div className={styles.clock}>
        <div className={styles.line}>
          <span>{title}</span>
          <span style={{ color: `var(--mood-${mood})` }}>{state}</span>
        </div>
        <ClockBar
          start={Date.parse(clock.start)}
          due={due}
          at={now}
          mood={mood}
          pauses={pauses}
          label={`${title} ${state}`}
        />
        <ClockBasis clock={clock} />
      </div>
    </Tooltip>
  );
}
