//! Alerts per day: what is live beside the candidate.

import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Language } from '../../../lib/language.ts';
import { useIsDark } from '../../../lib/preferences.ts';
import { countText } from '../../../lib/quantity.ts';
import { type ChartColours, chartAxis, chartBase, chartColours } from '../../../ui/chart-colours.ts';
import type { Trial } from './data.ts';
import { Pictured } from './pictured.tsx';
import styles from './proof.module.css';

export function DaysPanel({ days }: { days: Trial['days'] }) {
  const { t, i18n } = useTranslation('proof');
  const language = i18n.language as Language;
  const isDark = useIsDark();
  const names = useMemo(() => ({ live: t('side.live'), candidate: t('side.candidate') }), [t]);
  const option = useMemo(() => picture(days, names, chartColours(isDark)), [days, names, isDark]);
  const number = (value: number) => countText(value, language);
  return (
    <Pictured title={t('days.title')} option={option} empty={days.length === 0 ? t('days.none') : undefined}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('days.date')}</th>
            <th scope="col">{t('result.decided')}</th>
            <th scope="col">{names.live}</th>
            <th scope="col">{names.candidate}</th>
          </tr>
        </thead>
        <tbody>
          {days.map(({ date, decided, live, candidate }) => (
            <tr key={date}>
              <th scope="row">{date}</th>
              <td>{number(decided)}</td>
              <td>{number(live)}</td>
              <td>{number(candidate)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Pictured>
  );
}

function picture(days: Trial['days'], names: { live: string; candidate: string }, colours: ChartColours) {
  const base = chartBase(colours);
  return {
    ...base,
    tooltip: { ...base.tooltip, trigger: 'axis' as const },
    legend: { top: 0, right: 0, textStyle: { color: colours.text } },
    grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true },
    xAxis: { type: 'category', data: days.map(({ date }) => date), ...chartAxis(colours) },
    yAxis: { type: 'value', minInterval: 1, ...chartAxis(colours) },
    series: [
      {
        name: names.live,
        type: 'bar',
        barMaxWidth: 16,
        itemStyle: { color: colours.quiet },
        data: days.map(({ live }) => live),
      },
      {
        name: names.candidate,
        type: 'bar',
        barMaxWidth: 16,
        itemStyle: { color: colours.main },
        data: days.map(({ candidate }) => candidate),
      },
    ],
  };
}
