import { describe, expect, it } from 'vitest';
import { yearBefore } from './filters.ts';

describe('the year before', () => {
  it('has the same days, but for the one that it does not have', () => {
    expect(yearBefore({ from: '2026-01-01', to: '2026-11-23' })).toEqual({ from: '2025-01-01', to: '2025-11-23' });
    expect(yearBefore({ from: '2024-02-29', to: '2024-02-29' })).toEqual({ from: '2023-02-28', to: '2023-02-28' });
  });
});
