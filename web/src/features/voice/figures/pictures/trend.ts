//! The course of one figure by month.

import { plotted, quantityText, unplotted } from '../../../../lib/quantity.ts';
import { chartAxis, chartBase } from '../../../../ui/chart-colours.ts';
import { bandsOf } from '../baseline.ts';
import { type Figures, type FigureValue, figureOf, groupsOf } from '../data.ts';
import { type Behind, type Figure, monthsOf } from '../filters.ts';
import { behindGroup, type Frame } from '../frame.ts';
import type { Cell, Picture } from '../picture.ts';

/** The course of one figure by month, with the band of what was usual before. */
export function trend(frame: Frame, figures: Figures, earlier: Figures | undefined, figure: Figure): Picture {
  const { colours, language, say, title } = frame;
  const months = monthsOf(figures);
  const now = new Map(groupsOf(figures, 'month').map((group) => [group.key, figureOf(group.figures, figure)]));
  const unit = figureOf(figures.figures, figure)?.unit ?? 'orders';
  const number = (value: FigureValue | undefined) => {
    if (value) return value.value === null || value.value === undefined ? undefined : plotted(value.value, unit);
    // A month without orders has a count of none; a share of nothing is no figure.
    return unit === 'orders' ? 0 : undefined;
  };
  const past = earlier
    ? monthsOf(earlier).map((month) =>
        number(figureOf(groupsOf(earlier, 'month').find((group) => group.key === month)?.figures, figure)),
      )
    : [];
  const values = months.map((month) => number(now.get(month)));
  const bands = bandsOf(sinceFirst([...past, ...values]), past.length);
  const isPartial = (at: number) =>
    (at === 0 && !figures.from.endsWith('-01')) || (at === months.length - 1 && !isMonthEnd(figures.to));
  const words = (value: number | undefined) =>
    value === undefined ? '—' : quantityText(Math.round(unplotted(value, unit)), unit, language);
  const name = title(figure);
  const behind = (at: number) => {
    const month = months[at];
    return month && now.get(month) ? behindGroup(frame, figure, 'month', month) : undefined;
  };
  return {
    height: 300,
    option: {
      ...chartBase(colours),
      tooltip: {
        ...chartBase(colours).tooltip,
        trigger: 'axis',
        formatter: (points: { dataIndex: number }[]) => {
          const at = points[0]?.dataIndex ?? 0;
          const band = bands[at];
          const lines = [`${months[at]}${isPartial(at) ? ` · ${say('partial')}` : ''}`, `${name} ${words(values[at])}`];
          if (band) lines.push(`${say('usual')} ${words(band.low)} – ${words(band.high)}`);
          return lines.join('\n');
        },
      },
      legend: { top: 0, right: 0, textStyle: { color: colours.text }, data: [name, say('usual')] },
      grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true },
      xAxis: { type: 'category', data: months, boundaryGap: false, ...chartAxis(colours) },
      yAxis: {
        type: 'value',
        ...chartAxis(colours),
        axisLabel: { color: colours.text, formatter: (value: number) => words(value) },
      },
      series: [
        {
          name,
          type: 'line',
          data: values.map((value, at) => ({
            value: value ?? null,
            symbol: isPartial(at) ? 'emptyCircle' : 'circle',
            symbolSize: 8,
          })),
          lineStyle: { width: 2, color: colours.main },
          itemStyle: { color: colours.main },
          triggerLineEvent: false,
          z: 3,
        },
        { type: 'line', stack: 'band', silent: true, symbol: 'none', lineStyle: { opacity: 0 }, data: lows(bands) },
        {
          name: say('usual'),
          type: 'line',
          stack: 'band',
          silent: true,
          symbol: 'none',
          lineStyle: { opacity: 0 },
          itemStyle: { color: colours.band },
          areaStyle: { color: colours.band },
          data: bands.map((band) => (band ? band.high - band.low : null)),
        },
      ],
    },
    table: {
      columns: [say('month'), name, say('usual')],
      rows: months.map((month, at) => {
        const band = bands[at];
        return [
          { text: isPartial(at) ? `${month} (${say('partial')})` : month },
          withBehind({ text: words(values[at]), raw: values[at] ?? null }, behind(at)),
          { text: band ? `${words(band.low)} – ${words(band.high)}` : '—' },
        ];
      }),
    },
    behind: (series, index) => (series === 0 ? behind(index) : undefined),
  };
}

/** Before the bank's first order there is no usual month. */
function sinceFirst(values: (number | undefined)[]): (number | undefined)[] {
  const first = values.findIndex((value) => value !== undefined && value > 0);
  return values.map((value, at) => (at < first ? undefined : value));
}

function lows(bands: ({ low: number } | undefined)[]): (number | null)[] {
  return bands.map((band) => band?.low ?? null);
}

function withBehind(cell: Cell, behind: Behind | undefined): Cell {
  return behind ? { ...cell, behind } : cell;
}

function isMonthEnd(day: string): boolean {
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000);
  return next.getUTCDate() === 1;
}
