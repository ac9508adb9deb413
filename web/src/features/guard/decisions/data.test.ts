import { describe, expect, it } from 'vitest';
import { newcomers } from './data.ts';
import { readDecisionFilters } from './filters.ts';

const rows = (...ids: string[]) => ids.map((id) => ({ id }));
const head = (ids: string[], next: string | null = 'n') => ({ items: rows(...ids), page: { next } });

describe('the head of the feed', () => {
  it('brings what stands above the newest known row', () => {
    expect(newcomers(rows('c', 'b', 'a'), head(['e', 'd', 'c', 'b']))).toEqual(rows('e', 'd'));
    expect(newcomers(rows('c', 'b'), head(['c', 'b']))).toEqual([]);
  });

  it('fills an empty list', () => {
    expect(newcomers([], head(['b', 'a']))).toEqual(rows('b', 'a'));
    expect(newcomers([], head([], null))).toEqual([]);
  });

  it('says when more came than it reaches', () => {
    expect(newcomers(rows('b', 'a'), head(['z', 'y']))).toBeUndefined();
  });
});

describe('the filters in an address', () => {
  it('are kept when they are ones, and left out when not', () => {
    const filters = { outcome: 'hold', event_type: 'transfer', only_unscreened: true };
    expect(readDecisionFilters(filters)).toEqual(filters);
    expect(readDecisionFilters({ outcome: 'maybe', event_type: 'A B', only_unscreened: 'yes' })).toEqual({});
  });
});
