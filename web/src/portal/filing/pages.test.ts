import { describe, expect, it } from 'vitest';
import type { Draft } from './draft.ts';
import { ageOf, missing, pageOf, pagesOf, questionOf, titleOf, unasked } from './pages.ts';

const draft = (change: Partial<Draft>): Draft => ({
  title: '',
  narrative: '',
  request: '',
  amount: '',
  occurred_on: '',
  account: '',
  name: '',
  phone: '',
  identity: '',
  page: 0,
  ...change,
});

describe('the pages of a filing', () => {
  it('are at most four, and one question each for the elderly', () => {
    expect(pagesOf('standard').length).toBeLessThanOrEqual(4);
    expect(pagesOf('elder').every((page) => page.length === 1)).toBe(true);
    for (const edition of ['standard', 'elder'] as const) {
      const all = pagesOf(edition).flat();
      for (const needed of ['matter', 'narrative', 'photos', 'name', 'phone', 'check']) expect(all).toContain(needed);
    }
  });

  it('are left when what is needed is there', () => {
    expect(missing(['matter', 'title', 'narrative'], draft({ title: ' ' }))).toEqual(['matter', 'title', 'narrative']);
    expect(missing(['name', 'phone', 'identity'], draft({ name: '张三', phone: '138 0013 8000' }))).toEqual([]);
    expect(missing(['request', 'more', 'photos'], draft({}))).toEqual([]);
    expect(missing(['phone'], draft({ phone: '１３８００１３８０００' }))).toEqual([]);
  });

  it('are not left with an amount that nobody can read', () => {
    expect(missing(['more'], draft({ amount: '两百多' }))).toEqual(['more']);
    for (const amount of ['300', '1，200.50', '３００元', '¥ 18', ' ']) {
      expect(missing(['more'], draft({ amount })), amount).toEqual([]);
    }
  });

  it('know where a refusal belongs', () => {
    expect(questionOf('/phone')).toBe('phone');
    expect(questionOf('/account')).toBe('more');
    expect(questionOf('/code')).toBe('check');
    expect(pageOf('standard', 'identity')).toBe(2);
    // The elder edition asks for no identity number; what is wrong with one is mended before sending.
    expect(pageOf('elder', 'identity')).toBe(pagesOf('elder').length - 1);
    expect(unasked('elder', ['identity', 'name', 'identity'])).toEqual(['identity']);
    expect(unasked('standard', ['identity', 'name'])).toEqual([]);
  });
});

describe('a title', () => {
  it('is what was written, else the first words', () => {
    expect(titleOf({ title: ' 年费 ', narrative: 'x' })).toBe('年费');
    expect(titleOf({ title: '', narrative: '卡里少了钱。我去问了。' })).toBe('卡里少了钱');
    expect(titleOf({ title: '', narrative: '一'.repeat(50) })).toHaveLength(30);
  });
});

describe('an age', () => {
  const today = new Date(2026, 10, 22);
  it.each([
    ['110101196611220018', 60],
    ['110101196611230018', 59],
    ['11010119400101001X', 86],
    ['123', undefined],
    ['', undefined],
  ])('of %s is %s', (identity, age) => {
    expect(ageOf(identity, today)).toBe(age);
  });
});
