//! How the time limits were kept.

import { chartAxis, chartBase } from '../../../../ui/chart-colours.ts';
import { type Figures, figureOf, groupsOf } from '../data.ts';
import type { Behind, Figure } from '../filters.ts';
import { behindGroup, countCell, type Frame, figureCell } from '../frame.ts';
import type { Picture } from '../picture.ts';

/** For each time limit: kept, missed, and not decided yet. */
export function clocks(frame: Frame, figures: Figures): Picture {
  const { colours, say } = frame;
  const rows = groupsOf(figures, 'clock')
    .map((group) => {
      const onTime = figureOf(group.figures, 'on_time');
      const all = figureOf(group.figures, 'received')?.numerator ?? 0;
      const decided = onTime?.denominator ?? 0;
      const kept = onTime?.numerator ?? 0;
      return { group, onTime, all, kept, missed: decided - kept, undecided: Math.max(0, all - decided) };
    })
    .filter((row) => row.all > 0)
    .sort((one, other) => one.all - other.all);
  const states = ['kept', 'missed', 'undecided'] as const;
  const shade = { kept: colours.main, missed: colours.worse, undecided: colours.quiet };
  const behind = (row: (typeof rows)[number] | undefined, part: 'all' | (typeof states)[number]) => {
    if (!row) return undefined;
    const to = (figure: Figure, which?: Behind['part']) => behindGroup(frame, figure, 'clock', row.group.key, which);
    switch (part) {
      case 'all':
        return to('received');
      case 'kept':
        return to('on_time', 'numerator');
      case 'missed':
        return to('on_time', 'rest');
      case 'undecided':
        // What is not decided yet is no part of a figure.
        return undefined;
    }
  };
  return {
    height: Math.max(160, rows.length * 34 + 60),
    option: {
      ...chartBase(colours),
      tooltip: { ...chartBase(colours).tooltip, trigger: 'axis', axisPointer: { type: 'shadow' } },
      legend: { top: 0, right: 0, textStyle: { color: colours.text } },
      grid: { left: 8, right: 24, top: 32, bottom: 8, containLabel: true },
      xAxis: { type: 'value', minInterval: 1, ...chartAxis(colours) },
      yAxis: {
        type: 'category',
        data: rows.map((row) => row.group.title),
        ...chartAxis(colours),
        axisLabel: { color: colours.text, width: 180, overflow: 'truncate' },
      },
      series: states.map((state) => ({
        name: say(state),
        type: 'bar',
        stack: 'all',
        barMaxWidth: 20,
        itemStyle: { color: shade[state] },
        data: rows.map((row) => row[state]),
      })),
    },
    table: {
      columns: [say('clock'), frame.title('received'), ...states.map(say), frame.title('on_time')],
      rows: [...rows]
        .reverse()
        .map((row) => [
          { text: row.group.title },
          countCell(frame, row.all, behind(row, 'all')),
          countCell(frame, row.kept, behind(row, 'kept')),
          countCell(frame, row.missed, behind(row, 'missed')),
          countCell(frame, row.undecided),
          figureCell(frame, row.onTime, behindGroup(frame, 'on_time', 'clock', row.group.key, 'denominator')),
        ]),
    },
    behind: (series, index) => {
      const state = states[series];
      return state && behind(rows[index], state);
    },
  };
}
