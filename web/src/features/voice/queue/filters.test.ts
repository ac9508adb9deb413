import { describe, expect, it } from 'vitest';
import { countOf, isSame, readFilters, withChange } from './filters.ts';

describe('filters', () => {
  it('are read from an address, and nothing else is', () => {
    expect(
      readFilters({
        stage: 'filed,handling',
        clock: 'overdue',
        handler: 'me',
        text: '  年费 ',
        origin_number: 12378,
        entry: 'counter',
        hotline: 'nobody',
        report: 'owed',
        received_from: '2026-11-01',
        matter: 'nonsense',
        unit: 'cu_1',
        received_to: 'yesterday',
        sort: 'name',
        channel: 'x'.repeat(121),
      }),
    ).toEqual({
      stage: 'filed,handling',
      clock: 'overdue',
      handler: 'me',
      text: '年费',
      origin_number: '12378',
      entry: 'counter',
      report: 'owed',
      received_from: '2026-11-01',
    });
  });

  it('change one at a time, and an empty value takes one away', () => {
    const filters = withChange({ stage: 'filed', handler: 'me' }, { stage: undefined, clock: 'due_soon' });
    expect(filters).toEqual({ handler: 'me', clock: 'due_soon' });
    expect(countOf(filters)).toBe(2);
  });

  it('are the same in whatever order', () => {
    expect(isSame({ stage: 'filed', handler: 'me' }, { handler: 'me', stage: 'filed' })).toBe(true);
    expect(isSame({ stage: 'filed' }, {})).toBe(false);
  });
});
