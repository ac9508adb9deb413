import { describe, expect, it } from 'vitest';
import { readInterceptionFilters } from './filters.ts';

describe('the filters in an address', () => {
  it('are kept when they are ones', () => {
    const filters = { stage: 'open', ending: 'police', scam: 'investment', outcome: 'hold' };
    expect(readInterceptionFilters(filters)).toEqual(filters);
  });

  it('are left out when they are not', () => {
    expect(readInterceptionFilters({ stage: 'gone', ending: 1, scam: 'x y', outcome: '', other: 'a' })).toEqual({});
    expect(readInterceptionFilters({ scam: 'a'.repeat(41) })).toEqual({});
  });
});
