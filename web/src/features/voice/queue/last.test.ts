import { describe, expect, it } from 'vitest';
import { neighboursOf } from './last.ts';

const rows = ['a', 'b', 'c'].map((id) => ({ id }));

describe('the neighbours of an order', () => {
  it('are those of the queue it was opened from', () => {
    expect(neighboursOf(rows, 'a')).toEqual({ at: 1, of: 3, before: undefined, after: 'b' });
    expect(neighboursOf(rows, 'c')).toEqual({ at: 3, of: 3, before: 'b', after: undefined });
    expect(neighboursOf(rows, 'x')).toBeUndefined();
    expect(neighboursOf([], 'a')).toBeUndefined();
  });
});
