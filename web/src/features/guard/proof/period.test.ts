//! Days as forms name them, and the instants that the server gets.

import dayjs from 'dayjs';
import { describe, expect, it } from 'vitest';
import { lastDays, periodOf, spanOf } from './period.ts';

describe('a period of whole days', () => {
  it('reaches from midnight to midnight in Shanghai', () => {
    const period = periodOf(dayjs('2026-10-01'), dayjs('2026-10-31'));
    expect(period).toEqual({ from: '2026-09-30T16:00:00.000Z', to: '2026-10-31T16:00:00.000Z' });
    expect(spanOf(period)).toBe('2026-10-01 – 2026-10-31');
    expect(spanOf(periodOf(dayjs('2026-10-01'), dayjs('2026-10-01')))).toBe('2026-10-01');
  });

  it('counts today among the newest days', () => {
    const [first, last] = lastDays(30);
    expect(last.diff(first, 'day')).toBe(29);
  });
});
