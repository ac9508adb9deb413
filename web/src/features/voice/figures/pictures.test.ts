import { describe, expect, it } from 'vitest';
import type { Schemas } from '../../../api/client.ts';
import { chartColours } from '../../../ui/chart-colours.ts';
import { bandsOf } from './baseline.ts';
import type { Figures } from './data.ts';
import { monthsOf, readBehind, readFigureFilters } from './filters.ts';
import type { Frame } from './frame.ts';
import { rowsOf } from './picture.ts';
import { clocks } from './pictures/clocks.ts';
import { funnel } from './pictures/funnel.ts';
import { pareto } from './pictures/pareto.ts';
import { satisfaction } from './pictures/satisfaction.ts';
import { trend } from './pictures/trend.ts';
import { distances, units } from './pictures/units.ts';

const UNITS: Partial<Record<Schemas['Figure'], Schemas['Unit']>> = {
  on_time: 'parts_per_million',
  satisfied: 'parts_per_million',
  satisfaction: 'hundredths',
  time_to_close: 'seconds',
  first_contact: 'seconds',
};

function figure(
  name: Schemas['Figure'],
  numerator: number,
  denominator: number,
  value = numerator,
): Schemas['FigureBody'] {
  return {
    figure: name,
    unit: UNITS[name] ?? 'orders',
    numerator,
    denominator,
    value: denominator === 0 ? null : value,
  };
}

function group(key: string, ...figures: Schemas['FigureBody'][]): Schemas['GroupBody'] {
  return { key, title: `«${key}»`, figures };
}

function figures(groups: Schemas['GroupsBody'][], total: Schemas['FigureBody'][] = []): Figures {
  return { from: '2026-01-01', to: '2026-03-15', is_whole: true, figures: total, groups, definitions: [] };
}

const frame: Frame = {
  filters: { unit: 'un_1' },
  language: 'en',
  colours: chartColours(false),
  say: (word) => word,
  title: (name) => name,
};

describe('the address of the figures', () => {
  it('keeps what it knows and drops the rest', () => {
    expect(readFigureFilters({ from: '2026-01-01', to: 'soon', unit: 'st_1', matter: 'complaint', x: 1 })).toEqual({
      from: '2026-01-01',
      matter: 'complaint',
    });
    expect(readBehind({ figure: 'on_time', part: 'rest', by: 'reason', key: '' })).toEqual({
      figure: 'on_time',
      part: 'rest',
      by: 'reason',
      key: '',
    });
  });

  it('names every month of a period', () => {
    expect(monthsOf({ from: '2025-11-20', to: '2026-02-01' })).toEqual(['2025-11', '2025-12', '2026-01', '2026-02']);
  });
});

describe('what is usual', () => {
  it('rests on the months before and needs enough of them', () => {
    expect(bandsOf([10, 10, 10, 10, 10, 50], 5)).toEqual([undefined]);
    expect(bandsOf([10, 12, 10, 12, 10, 12, 50], 6)[0]?.high).toBeCloseTo(13.19, 1);
    // What comes later does not change it.
    expect(bandsOf([10, 12, 10, 12, 10, 12, 50, 900], 6)[0]).toEqual(bandsOf([10, 12, 10, 12, 10, 12, 50], 6)[0]);
  });
});

describe('a picture', () => {
  it('of the course says which months are not whole, and where there is nothing', () => {
    const { table, behind } = trend(
      frame,
      figures([{ by: 'month', items: [group('2026-01', figure('received', 4, 4))] }], [figure('received', 4, 4)]),
      undefined,
      'received',
    );
    expect(table.rows.map((row) => row.map((cell) => cell.text))).toEqual([
      ['2026-01', '4', '—'],
      ['2026-02', '0', '—'],
      ['2026-03 (partial)', '0', '—'],
    ]);
    expect(behind(0, 0)).toEqual({ unit: 'un_1', figure: 'received', by: 'month', key: '2026-01' });
    expect(behind(0, 1)).toBeUndefined();
  });

  it('of reasons is ordered, sums up, and leads to each', () => {
    const items = Array.from({ length: 14 }, (_, at) => group(`r${at}`, figure('received', at + 1, at + 1)));
    const { table, behind } = pareto(frame, figures([{ by: 'reason', items }]));
    expect(table.rows).toHaveLength(14);
    expect(table.rows.at(-1)?.at(-1)?.text).toBe('100.0%');
    expect(behind(0, 0)?.key).toBe('r13');
    // The bar of the others is no group.
    expect(behind(0, 12)).toBeUndefined();
    expect(rowsOf(table)[1]).toEqual(['«r13»', 14, 13.3333, 13.3333]);
  });

  it('of time limits tells the kept from the missed, and each leads to its own', () => {
    const items = [group('cp.nfra.simple', figure('received', 9, 9), figure('on_time', 5, 7, 714_286))];
    const { table, behind } = clocks(frame, figures([{ by: 'clock', items }]));
    expect(table.rows[0]?.map((cell) => cell.text)).toEqual(['«cp.nfra.simple»', '9', '5', '2', '2', '71.4%']);
    expect(behind(0, 0)?.part).toBe('numerator');
    expect(behind(1, 0)).toMatchObject({ figure: 'on_time', part: 'rest', by: 'clock', key: 'cp.nfra.simple' });
    expect(behind(2, 0)).toBeUndefined();
  });

  it('of the way orders go counts each step among all', () => {
    const total = [figure('received', 10, 10), figure('first_contact', 99, 8), figure('satisfied', 3, 4)];
    const { table } = funnel(frame, figures([], total));
    expect(table.rows.map((row) => row[1]?.text)).toEqual(['10', '8', '0', '0', '4', '3']);
    expect(table.rows[5]?.[2]?.text).toBe('30.0%');
    expect(funnel(frame, figures([])).table.rows[0]?.[2]?.text).toBe('0.0%');
  });

  it('of satisfaction has no point where nobody was asked', () => {
    const items = [group('2026-02', figure('satisfied', 3, 4, 750_000), figure('satisfaction', 1600, 4, 400))];
    const { table, behind } = satisfaction(frame, figures([{ by: 'month', items }]));
    expect(table.rows[1]?.map((cell) => cell.text)).toEqual(['2026-02', '75.0%', '4.00', '4']);
    expect(table.rows[0]?.[1]).toEqual({ text: '—', raw: null });
    expect(behind(1, 0)).toBeUndefined();
    expect(behind(1, 1)?.part).toBe('numerator');
  });

  it('of units puts the ones with most orders first and colours no count', () => {
    const items = ['/HO/A/', '/HO/B/', '/HO/C/'].map((key, at) =>
      group(key, figure('received', at, at), figure('on_time', 1, 1, 900_000 + at * 10_000)),
    );
    const { table, option } = units(frame, figures([{ by: 'organisation', items }]));
    expect(table.rows.map((row) => row[0]?.text)).toEqual(['«/HO/C/»', '«/HO/B/»', '«/HO/A/»']);
    const [series] = option.series as { data: { value: number[]; figure: string }[] }[];
    const colour = (name: string) => series?.data.filter((cell) => cell.figure === name).map(({ value }) => value[2]);
    expect(colour('received')).toEqual([0, 0, 0]);
    // Later is worse: the unit that keeps fewest limits is the reddest.
    expect(colour('on_time')?.map((value) => Math.round(value ?? 0) + 0)).toEqual([-1, 0, 1]);
    expect(distances([1, undefined, 2])).toEqual([0, undefined, 0]);
  });
});
