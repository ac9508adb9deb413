import { describe, expect, it } from 'vitest';
import { moodOfRow, spanText } from './words.ts';

const say = (key: string, options?: { count: number }) => `${options?.count ?? ''}${key.split('.')[1]}`;

describe('a span', () => {
  it.each([
    [{ days: 12, hours: 5, minutes: 9 }, '12day'],
    [{ days: 2, hours: 4, minutes: 9 }, '2day 4hour'],
    [{ days: 1, hours: 0, minutes: 59 }, '1day'],
    [{ days: 0, hours: 7, minutes: 30 }, '7hour'],
    [{ days: 0, hours: 0, minutes: 3 }, '3minute'],
    [{ days: 0, hours: 0, minutes: 0 }, 'moment'],
  ])('%o is said as %s', (span, words) => {
    expect(spanText(span, say as Parameters<typeof spanText>[1])).toBe(words);
  });
});

describe('a row', () => {
  const now = Date.parse('2026-11-22T00:00:00Z');
  it.each([
    ['2026-11-21T23:59:59Z', 'overdue'],
    ['2026-11-24T00:00:00Z', 'soon'],
    ['2026-11-26T00:00:00Z', 'calm'],
    [undefined, 'none'],
  ])('due at %s is %s', (due, mood) => {
    expect(moodOfRow({ next_due: due ?? null, ended_at: null }, now)).toBe(mood);
  });
});
