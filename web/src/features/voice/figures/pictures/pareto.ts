//! Which reasons are behind most of the orders.

import { quantityText, shareText } from '../../../../lib/quantity.ts';
import { chartAxis, chartBase } from '../../../../ui/chart-colours.ts';
import { type Figures, figureOf, type Group, groupsOf } from '../data.ts';
import { behindGroup, countCell, type Frame } from '../frame.ts';
import type { Picture } from '../picture.ts';

/** Bars of a Pareto picture; the rest are summed up in the last. */
const PARETO_BARS_MAX = 12;

/** Reasons, commonest first, and how much of all they make up together. */
export function pareto(frame: Frame, figures: Figures): Picture {
  const { colours, language, say } = frame;
  const count = (group: Group) => figureOf(group.figures, 'received')?.numerator ?? 0;
  const all = groupsOf(figures, 'reason')
    .filter((group) => count(group) > 0)
    .sort((one, other) => count(other) - count(one));
  const total = all.reduce((sum, group) => sum + count(group), 0);
  const shown = all.slice(0, PARETO_BARS_MAX);
  const rest = total - shown.reduce((sum, group) => sum + count(group), 0);
  const behind = (group: Group | undefined) => group && behindGroup(frame, 'received', 'reason', group.key);
  const bars = [...shown.map((group) => ({ title: group.title, count: count(group) }))];
  if (rest > 0) bars.push({ title: say('others'), count: rest });
  let sum = 0;
  const running = bars.map((bar) => {
    sum += bar.count;
    return total === 0 ? 0 : (sum * 100) / total;
  });
  let listed = 0;
  return {
    height: 320,
    option: {
      ...chartBase(colours),
      tooltip: {
        ...chartBase(colours).tooltip,
        trigger: 'axis',
        formatter: (points: { dataIndex: number }[]) => {
          const at = points[0]?.dataIndex ?? 0;
          const share = shareText(Math.round((running[at] ?? 0) * 10_000), language);
          return `${bars[at]?.title}\n${quantityText(bars[at]?.count, 'orders', language)} · ${say('cumulative')} ${share}`;
        },
      },
      grid: { left: 8, right: 8, top: 16, bottom: 8, containLabel: true },
      xAxis: {
        type: 'category',
        data: bars.map((bar) => bar.title),
        ...chartAxis(colours),
        axisLabel: { color: colours.text, fontSize: 11, interval: 0, rotate: 32, width: 110, overflow: 'truncate' },
      },
      yAxis: [
        { type: 'value', minInterval: 1, ...chartAxis(colours) },
        {
          type: 'value',
          max: 100,
          ...chartAxis(colours),
          splitLine: { show: false },
          axisLabel: { color: colours.text, formatter: '{value}%' },
        },
      ],
      series: [
        {
          type: 'bar',
          data: bars.map((bar) => bar.count),
          barMaxWidth: 36,
          itemStyle: { color: colours.main },
          cursor: 'pointer',
        },
        {
          type: 'line',
          yAxisIndex: 1,
          data: running,
          symbolSize: 6,
          lineStyle: { color: colours.second },
          itemStyle: { color: colours.second },
          silent: true,
        },
      ],
    },
    table: {
      columns: [say('reason'), frame.title('received'), say('share'), say('cumulative')],
      rows: all.map((group) => {
        listed += count(group);
        const share = (part: number) => Math.round((part * 1_000_000) / total);
        return [
          { text: group.title },
          countCell(frame, count(group), behind(group)),
          { text: shareText(share(count(group)), language), raw: share(count(group)) / 10_000 },
          { text: shareText(share(listed), language), raw: share(listed) / 10_000 },
        ];
      }),
    },
    behind: (series, index) => (series === 0 ? behind(shown[index]) : undefined),
  };
}
