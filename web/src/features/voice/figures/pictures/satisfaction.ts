//! What customers said on the return visit.

import { plotted, quantityText } from '../../../../lib/quantity.ts';
import { chartAxis, chartBase } from '../../../../ui/chart-colours.ts';
import { type Figures, figureOf, groupsOf } from '../data.ts';
import { type Behind, monthsOf } from '../filters.ts';
import { behindGroup, countCell, type Frame, figureCell } from '../frame.ts';
import type { Picture } from '../picture.ts';

/** What customers said by month: the share of the satisfied, over how many answers. */
export function satisfaction(frame: Frame, figures: Figures): Picture {
  const { colours, language, say, title } = frame;
  const months = monthsOf(figures);
  const groups = new Map(groupsOf(figures, 'month').map((group) => [group.key, group.figures]));
  const satisfied = (month: string) => figureOf(groups.get(month), 'satisfied');
  const behind = (month: string | undefined, part: Behind['part']) =>
    month && satisfied(month)?.denominator ? behindGroup(frame, 'satisfied', 'month', month, part) : undefined;
  const line = (month: string) => {
    const value = satisfied(month)?.value;
    return value === null || value === undefined ? null : plotted(value, 'parts_per_million');
  };
  return {
    height: 300,
    option: {
      ...chartBase(colours),
      tooltip: {
        ...chartBase(colours).tooltip,
        trigger: 'axis',
        formatter: (points: { dataIndex: number }[]) => {
          const month = months[points[0]?.dataIndex ?? 0] ?? '';
          const value = satisfied(month);
          return `${month}\n${title('satisfied')} ${quantityText(value?.value, 'parts_per_million', language)}\n${say('ratings')} ${value?.denominator ?? 0}`;
        },
      },
      legend: { top: 0, right: 0, textStyle: { color: colours.text } },
      grid: { left: 8, right: 8, top: 36, bottom: 8, containLabel: true },
      xAxis: { type: 'category', data: months, ...chartAxis(colours) },
      yAxis: [
        { type: 'value', minInterval: 1, ...chartAxis(colours) },
        {
          type: 'value',
          min: 0,
          max: 100,
          ...chartAxis(colours),
          splitLine: { show: false },
          axisLabel: { color: colours.text, formatter: '{value}%' },
        },
      ],
      series: [
        {
          name: say('ratings'),
          type: 'bar',
          barMaxWidth: 24,
          itemStyle: { color: colours.quiet },
          data: months.map((month) => satisfied(month)?.denominator ?? 0),
        },
        {
          name: title('satisfied'),
          type: 'line',
          yAxisIndex: 1,
          symbolSize: 8,
          connectNulls: false,
          lineStyle: { color: colours.main },
          itemStyle: { color: colours.main },
          data: months.map(line),
        },
      ],
    },
    table: {
      columns: [say('month'), title('satisfied'), title('satisfaction'), say('ratings')],
      rows: months.map((month) => [
        { text: month },
        figureCell(frame, satisfied(month), behind(month, 'numerator')),
        figureCell(frame, figureOf(groups.get(month), 'satisfaction'), undefined),
        countCell(frame, satisfied(month)?.denominator ?? 0, behind(month, 'denominator')),
      ]),
    },
    behind: (series, index) => behind(months[index], series === 0 ? 'denominator' : 'numerator'),
  };
}
