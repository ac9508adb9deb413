import { describe, expect, it } from 'vitest';
import { clockOf, dateOf, instantOf, longDayOf, momentOf, shortMomentOf, spanBetween } from './time.ts';

describe('the bank counts in Shanghai', () => {
  it.each([
    ['2026-11-21T15:59:59Z', '2026-11-21', '23:59'],
    ['2026-11-21T16:00:00Z', '2026-11-22', '00:00'],
    ['2026-12-31T16:30:00.123456Z', '2027-01-01', '00:30'],
  ])('%s is %s %s', (at, date, clock) => {
    expect(dateOf(at)).toBe(date);
    expect(clockOf(at)).toBe(clock);
    expect(momentOf(at)).toBe(`${date} ${clock}`);
  });

  it('gives the instant of a time typed on its wall clock', () => {
    expect(instantOf('2026-11-22T00:00')).toBe('2026-11-21T16:00:00.000Z');
    expect(momentOf(instantOf('2026-02-28T23:59'))).toBe('2026-02-28 23:59');
  });

  it('leaves the year out within the year', () => {
    const now = new Date('2026-11-22T04:00:00Z');
    expect(shortMomentOf('2026-03-01T01:00:00Z', now)).toBe('03-01 09:00');
    expect(shortMomentOf('2025-03-01T01:00:00Z', now)).toBe('2025-03-01 09:00');
  });

  it('names the day in both languages', () => {
    const at = new Date('2026-11-21T18:00:00Z');
    expect(longDayOf(at, 'zh')).toBe('11月22日星期日');
    expect(longDayOf(at, 'en')).toBe('Sunday 22 November');
  });
});

describe('a span', () => {
  it('is the same both ways and keeps its parts apart', () => {
    const minutes = (count: number) => count * 60_000;
    expect(spanBetween(0, minutes(2 * 1440 + 3 * 60 + 4))).toEqual({ days: 2, hours: 3, minutes: 4 });
    expect(spanBetween(minutes(59), 0)).toEqual({ days: 0, hours: 0, minutes: 59 });
  });
});
