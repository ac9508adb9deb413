import { describe, expect, it } from 'vitest';
import { readAuditFilters, readRegulationFilters, readYear } from './filters.ts';

describe('the addresses of these pages', () => {
  it('keep what is meant and leave out the rest', () => {
    expect(
      readRegulationFilters({ words: '投诉', table: 'clock', verified: false, on: '2026-11-22', other: 1 }),
    ).toEqual({
      words: '投诉',
      table: 'clock',
      verified: false,
      on: '2026-11-22',
    });
    expect(readRegulationFilters({ table: 'nothing', verified: 'no', on: 'today', words: '' })).toEqual({});
    expect(readAuditFilters({ actor: 'staff:st_1', revealing: true, from: '2026-11-01', until: 'x' })).toEqual({
      actor: 'staff:st_1',
      revealing: true,
      from: '2026-11-01',
    });
    expect(readAuditFilters({ revealing: false })).toEqual({});
    expect([readYear({ year: 2027 }), readYear({ year: 1 }), readYear({ year: '2027' })]).toEqual([
      { year: 2027 },
      {},
      {},
    ]);
  });
});
