import { describe, expect, it } from 'vitest';
import { valuesOf } from './data.ts';
import { readListFilters } from './filters.ts';

describe('typed values', () => {
  it('stand one a line', () => {
    expect(valuesOf(' 6222****1234 \n\n15400001234\n', false)).toEqual([
      { value: '6222****1234' },
      { value: '15400001234' },
    ]);
  });

  it('keep blanks that are not between two values', () => {
    expect(valuesOf('6222 0000', false)).toEqual([{ value: '6222 0000' }]);
  });

  it('are pairs where the list is one of pairs', () => {
    expect(valuesOf('a, b\nc，d\ne f\ng', true)).toEqual([
      { value: 'a', second: 'b' },
      { value: 'c', second: 'd' },
      { value: 'e', second: 'f' },
      { value: 'g' },
    ]);
  });
});

describe('the filters in an address', () => {
  it('are kept when they are ones, and left out when not', () => {
    expect(readListFilters({ list: 'police', state: 'proposed', change: 'lc_01' })).toEqual({
      list: 'police',
      state: 'proposed',
      change: 'lc_01',
    });
    expect(readListFilters({ list: 'A B', state: 'gone', change: '<' })).toEqual({});
  });
});
