//! How the scores stand beside those of the reference period: the index, its definition, and the bands it is made of.

import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import type { Language } from '../../../lib/language.ts';
import { useIsDark } from '../../../lib/preferences.ts';
import { countText, shareText } from '../../../lib/quantity.ts';
import { textOf } from '../../../lib/text.ts';
import { type ChartColours, chartAxis, chartBase, chartColours } from '../../../ui/chart-colours.ts';
import { Pictured } from './pictured.tsx';
import styles from './proof.module.css';

type Drift = Schemas['ScoreDriftBody'];

const PERCENT_PPM = 10_000;

export function DriftPanel({ scores }: { scores: Drift }) {
  const { t, i18n } = useTranslation('proof');
  const language = i18n.language as Language;
  const isDark = useIsDark();
  const { bands, index_ppm: index } = scores;
  const names = useMemo(() => ({ now: t('monitor.share'), before: t('monitor.referenceShare') }), [t]);
  const option = useMemo(() => picture(bands, names, chartColours(isDark)), [bands, names, isDark]);
  const share = (value: number | null | undefined) =>
    value === null || value === undefined ? '—' : shareText(value, language);
  const isEmpty = bands.every(({ count }) => count === 0);
  return (
    <Pictured
      title={t('drift.title')}
      option={option}
      empty={isEmpty ? t('drift.none') : undefined}
      foot={
        <div className={styles.dragged}>
          <dl className={styles.figures}>
            <div>
              <dt>{t('drift.index')}</dt>
              <dd>{typeof index === 'number' ? countText(index, language) : '—'}</dd>
            </div>
          </dl>
          <p className={styles.quiet}>{textOf(scores.definition, i18n.language)}</p>
        </div>
      }
    >
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('drift.from')}</th>
            <th scope="col">{t('monitor.count')}</th>
            <th scope="col">{names.now}</th>
            <th scope="col">{names.before}</th>
          </tr>
        </thead>
        <tbody>
          {bands.map((band) => (
            <tr key={band.from_score}>
              <th scope="row">{band.from_score}</th>
              <td>{countText(band.count, language)}</td>
              <td>{share(band.share_ppm)}</td>
              <td>{share(band.reference_ppm)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Pictured>
  );
}

function picture(bands: Drift['bands'], names: { now: string; before: string }, colours: ChartColours) {
  const base = chartBase(colours);
  const percent = (value: number | null | undefined) => (typeof value === 'number' ? value / PERCENT_PPM : null);
  const bars = (name: string, color: string, data: (number | null)[]) => ({
    name,
    type: 'bar',
    barMaxWidth: 20,
    itemStyle: { color },
    data,
  });
  return {
    ...base,
    tooltip: { ...base.tooltip, trigger: 'axis' as const },
    legend: { top: 0, right: 0, textStyle: { color: colours.text } },
    grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true },
    xAxis: { type: 'category', data: bands.map((band) => String(band.from_score)), ...chartAxis(colours) },
    yAxis: {
      type: 'value',
      ...chartAxis(colours),
      axisLabel: { color: colours.text, formatter: '{value}%' },
    },
    series: [
      bars(
        names.before,
        colours.quiet,
        bands.map((band) => percent(band.reference_ppm)),
      ),
      bars(
        names.now,
        colours.main,
        bands.map((band) => percent(band.share_ppm)),
      ),
    ],
  };
}
