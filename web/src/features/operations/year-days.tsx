//! A year as twelve small months. What differs from a plain week is named in words for whoever sees no colour.

import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client.ts';
import styles from './year-days.module.css';

type Day = Schemas['CalendarDayBody'];

interface YearDaysProps {
  year: number;
  days: Day[];
}

/** Monday first, as calendars on walls here begin. */
const WEEK = [1, 2, 3, 4, 5, 6, 0] as const;

function weekdayOf(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay();
}

export function YearDays({ year, days }: YearDaysProps) {
  const { t } = useTranslation('operations');
  const months = Array.from({ length: 12 }, (_, month) =>
    days.filter((day) => Number(day.date.slice(5, 7)) === month + 1),
  );
  return (
    <>
      <p className={styles.legend}>
        <span className={styles.off}>{t('calendar.off')}</span>{' '}
        <span className={styles.makeup}>{t('calendar.makeup')}</span>
      </p>
      <div className={styles.months}>
        {months.map((month, place) => (
          <Month key={month[0]?.date ?? place} name={`${year}-${String(place + 1).padStart(2, '0')}`} days={month} />
        ))}
      </div>
    </>
  );
}

function Month({ name, days }: { name: string; days: Day[] }) {
  const { t } = useTranslation('operations');
  const first = days[0];
  const lead = first ? WEEK.indexOf(weekdayOf(first.date) as (typeof WEEK)[number]) : 0;
  const cells: (Day | undefined)[] = [...Array.from({ length: lead }, () => undefined), ...days];
  const weeks = Array.from({ length: Math.ceil(cells.length / 7) }, (_, week) => cells.slice(week * 7, week * 7 + 7));
  return (
    <table className={styles.month}>
      <caption>{name}</caption>
      <thead>
        <tr>
          {WEEK.map((weekday) => (
            <th key={weekday} scope="col">
              {t(`calendar.weekday.${weekday}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: weeks of one month never change their order
          <tr key={place}>
            {WEEK.map((weekday, column) => (
              <Cell key={weekday} day={week[column]} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell({ day }: { day: Day | undefined }) {
  const { t } = useTranslation('operations');
  if (!day) return <td />;
  const isWeekend = [0, 6].includes(weekdayOf(day.date));
  const isMakeup = day.is_workday && isWeekend;
  const state = isMakeup ? t('calendar.makeup') : day.is_workday ? '' : t('calendar.off');
  const named = [day.holiday, day.holiday ? state : ''].filter(Boolean).join(' ');
  const style = isMakeup ? styles.makeup : day.is_workday ? '' : day.holiday ? styles.off : styles.weekend;
  return (
    <td className={style} title={named || undefined}>
      {Number(day.date.slice(8))}
      {named ? <span className={styles.spoken}>{named}</span> : null}
    </td>
  );
}
