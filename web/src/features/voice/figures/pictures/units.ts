//! The units below side by side: where a figure lies apart from its neighbours, and whether that is for the worse.

import { quantityText } from '../../../../lib/quantity.ts';
import { chartAxis, chartBase } from '../../../../ui/chart-colours.ts';
import { type Figures, figureOf, type Group, groupsOf } from '../data.ts';
import type { Figure } from '../filters.ts';
import { behindGroup, type Frame, figureCell } from '../frame.ts';
import type { Picture } from '../picture.ts';

/** The columns, and which way is the better one; a mere count is neither. */
const COLUMNS: [Figure, better: 'high' | 'low' | 'neither'][] = [
  ['received', 'neither'],
  ['per_thousand_outlets', 'neither'],
  ['on_time', 'high'],
  ['first_contact', 'low'],
  ['time_to_close', 'low'],
  ['transfers', 'low'],
  ['reopened', 'low'],
  ['repeated', 'low'],
  ['satisfied', 'high'],
  ['substantiated', 'neither'],
];

/** Rows of the picture: those with most orders. The table has them all. */
const ROWS_MAX = 24;
/** Distances from the mean beyond this many standard deviations look alike. */
const DEVIATIONS_MAX = 2;
/** Fewer units than this have no mean to be apart from. */
const UNITS_MIN = 3;

/** How far each value lies from the mean of all, in standard deviations; nothing where there is no value. */
export function distances(values: (number | undefined)[]): (number | undefined)[] {
  const known = values.filter((value) => value !== undefined);
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const spread = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length);
  return values.map((value) => {
    if (value === undefined) return undefined;
    return known.length < UNITS_MIN || spread === 0 ? 0 : (value - mean) / spread;
  });
}

/** The units directly below the chosen one. */
export function units(frame: Frame, figures: Figures): Picture {
  const { colours, language, title } = frame;
  const count = (group: Group) => figureOf(group.figures, 'received')?.numerator ?? 0;
  const all = groupsOf(figures, 'organisation').sort((one, other) => count(other) - count(one));
  const shown = all.slice(0, ROWS_MAX);
  const number = (group: Group, figure: Figure) => figureOf(group.figures, figure)?.value ?? undefined;
  const cells = COLUMNS.flatMap(([figure, better], column) => {
    const away = distances(shown.map((group) => number(group, figure)));
    return shown.map((group, at) => {
      const value = figureOf(group.figures, figure);
      const distance = Math.max(-DEVIATIONS_MAX, Math.min(DEVIATIONS_MAX, away[at] ?? 0));
      // Rows are drawn from below; the first belongs at the top.
      const place = [column, shown.length - 1 - at];
      return {
        value: [...place, better === 'high' ? -distance : better === 'low' ? distance : 0],
        words: quantityText(value?.value, value?.unit ?? 'orders', language),
        figure,
        group,
      };
    });
  });
  return {
    height: Math.max(180, shown.length * 28 + 70),
    option: {
      ...chartBase(colours),
      tooltip: {
        ...chartBase(colours).tooltip,
        formatter: (point: { dataIndex: number }) => {
          const cell = cells[point.dataIndex];
          return cell ? `${cell.group.title}\n${title(cell.figure)} ${cell.words}` : '';
        },
      },
      grid: { left: 8, right: 8, top: 8, bottom: 8, containLabel: true },
      xAxis: {
        type: 'category',
        position: 'top',
        data: COLUMNS.map(([figure]) => title(figure)),
        ...chartAxis(colours),
        axisLabel: { color: colours.text, fontSize: 11, interval: 0, width: 84, overflow: 'break' },
      },
      yAxis: {
        type: 'category',
        data: shown.map((group) => group.title).reverse(),
        ...chartAxis(colours),
        axisLabel: { color: colours.text, width: 150, overflow: 'truncate' },
      },
      visualMap: {
        show: false,
        min: -DEVIATIONS_MAX,
        max: DEVIATIONS_MAX,
        dimension: 2,
        inRange: { color: [colours.better, colours.even, colours.worse] },
      },
      series: [
        {
          type: 'heatmap',
          data: cells,
          label: {
            show: true,
            color: colours.text,
            fontSize: 12,
            formatter: (point: { dataIndex: number }) => cells[point.dataIndex]?.words ?? '',
          },
          itemStyle: { borderWidth: 1, borderColor: colours.ground },
        },
      ],
    },
    table: {
      columns: [frame.say('unit'), ...COLUMNS.map(([figure]) => title(figure))],
      rows: all.map((group) => [
        { text: group.title },
        ...COLUMNS.map(([figure]) =>
          figureCell(
            frame,
            figureOf(group.figures, figure),
            behindGroup(frame, figure, 'organisation', group.key, 'denominator'),
          ),
        ),
      ]),
    },
    behind: (_, index) => {
      const cell = cells[index];
      return cell && behindGroup(frame, cell.figure, 'organisation', cell.group.key, 'denominator');
    },
  };
}
