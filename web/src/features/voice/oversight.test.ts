import { describe, expect, it } from 'vitest';
import { capital } from '../../lib/text.ts';
import { readCaseFilters } from './cases/data.ts';
import { readHotFilters } from './hot/data.ts';
import { chanceText } from './hot/hot-page.tsx';
import { readGlanceFilters } from './president/data.ts';
import { readRectificationFilters } from './rectifications/data.ts';

describe('what stands in the address of a page of oversight', () => {
  it('is kept where the page knows it, and dropped where not', () => {
    expect(readRectificationFilters({ stage: 'checked', is_overdue: true, owner: 'x' })).toEqual({
      stage: 'checked',
      is_overdue: true,
    });
    expect(readRectificationFilters({ stage: 'lost', is_overdue: 'yes' })).toEqual({});
    expect(readHotFilters({ day: '2026-11-21', unit: 'st_1' })).toEqual({ day: '2026-11-21' });
    expect(readHotFilters({ day: 'yesterday', unit: 'un_1' })).toEqual({ unit: 'un_1' });
    expect(readCaseFilters({ text: '年费', tag: '', stage: 'draft', reason: 'x'.repeat(200) })).toEqual({
      text: '年费',
      stage: 'draft',
    });
    expect(readGlanceFilters({ unit: 'un_1', year: 2025 })).toEqual({ unit: 'un_1', year: 2025 });
    expect(readGlanceFilters({ unit: 'HO', year: '2025' })).toEqual({});
  });
});

describe('the chance of a hot issue', () => {
  it('is told with two digits, and never as none', () => {
    expect(chanceText(0, 'tiny')).toBe('tiny');
    expect(chanceText(1, 'tiny')).toBe('0.000000001');
    expect(chanceText(1_234_567, 'tiny')).toBe('0.0012');
    expect(chanceText(50_000_000, 'tiny')).toBe('0.05');
  });
});

describe('a name at the head of a part', () => {
  it('begins with a capital in English and stays as it is in Chinese', () => {
    expect(capital('yearly disclosure')).toBe('Yearly disclosure');
    expect(capital('年度披露')).toBe('年度披露');
    expect(capital('')).toBe('');
  });
});
