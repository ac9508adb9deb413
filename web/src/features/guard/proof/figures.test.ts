//! Shares, thresholds and the matrix as the pages show them.

import { describe, expect, it } from 'vitest';
import type { Threshold } from './data.ts';
import { countsOf, each, ppm, risen, startAt } from './figures.ts';
import { readBacktestFilters, readDifferenceFilters } from './filters.ts';

function at(score: number, alerts: number): Threshold {
  return { score, alerts, fraud: 0, genuine: 0, amount: 0 };
}

describe('figures of a trial', () => {
  it('have no value where there was nothing to divide by', () => {
    expect(ppm(undefined)).toBeUndefined();
    expect(ppm(null)).toBeUndefined();
    expect(ppm(0)).toBe(0);
    expect(ppm(0.123_456_78)).toBe(123_457);
    expect(each(100, 0)).toBeUndefined();
    expect(each(100, 3)).toBe(33);
  });

  it('put thresholds in the order of a slider and begin where live is nearest', () => {
    const sorted = risen([at(90, 2), at(50, 10), at(10, 40)]);
    expect(sorted.map(({ score }) => score)).toEqual([10, 50, 90]);
    expect(startAt(sorted, 12)).toBe(1);
    expect(startAt(sorted, 0)).toBe(2);
    expect(startAt([], 5)).toBe(0);
  });

  it('tell how many went from one outcome to another', () => {
    const count = countsOf([{ live: 'allow', candidate: 'hold', count: 7 }]);
    expect(count('allow', 'hold')).toBe(7);
    expect(count('hold', 'allow')).toBe(0);
  });
});

describe('filters of proofs', () => {
  it('take what the server knows and leave the rest', () => {
    expect(readDifferenceFilters({ known: 'fraud', live: 'allow', candidate: 'nonsense' })).toEqual({
      known: 'fraud',
      live: 'allow',
    });
    expect(readBacktestFilters({ scenario: 'sc_01', start: true })).toEqual({ scenario: 'sc_01', start: true });
    expect(readBacktestFilters({ scenario: '../x', start: 'yes' })).toEqual({});
  });
});
