import { describe, expect, it } from 'vitest';
import { complete, namesIn } from './completion.ts';
import { cleaned, placed } from './data.ts';

const KNOWN = ['payer.account', 'payee.account', 'payee.payers_7d', 'lists.police', 'has('];

describe('completion', () => {
  it('offers what begins like the word, then what holds it', () => {
    expect(complete('amount > 1 && pay', 17, KNOWN)?.offers).toEqual([
      'payer.account',
      'payee.account',
      'payee.payers_7d',
    ]);
    expect(complete('police', 6, KNOWN)).toEqual({ start: 0, offers: ['lists.police'] });
    expect(complete('x in lists.p', 12, KNOWN)).toEqual({ start: 5, offers: ['lists.police'] });
  });

  it('offers nothing where no word is being written', () => {
    expect(complete('amount > ', 9, KNOWN)).toBeUndefined();
    expect(complete('has(', 4, KNOWN)).toBeUndefined();
    expect(complete('payer.account', 13, ['payer.account'])).toBeUndefined();
  });

  it('knows the names that expressions ask, and no texts', () => {
    expect(namesIn('[payer.account, payee.account] in lists.trusted && purpose != "a.b"')).toEqual([
      'payer.account',
      'payee.account',
      'lists.trusted',
    ]);
  });
});

describe('faults', () => {
  it('lie at a field, and at a stretch of its expression', () => {
    const fault = { pointer: '/spec/rules/3/when', detail: '没有这个名称。 [4–9] 是不是 payee.new？' };
    expect(placed(fault)).toEqual({
      name: ['rules', 3, 'when'],
      detail: '没有这个名称。 是不是 payee.new？',
      stretch: [4, 9],
    });
    expect(placed({ pointer: '/spec/title', detail: 'x' }).stretch).toBeUndefined();
  });
});

describe('what a form holds', () => {
  it('is sent without what was left empty', () => {
    const spec = {
      name: 'a',
      title: { zh: '甲', en: 'A' },
      unless: '',
      rules: [{ name: 'r', when: 'x', points: 0, lasts: '', reason: { zh: '乙', en: 'B' }, dialogue: [] }],
    };
    expect(cleaned(spec)).toEqual({
      name: 'a',
      title: { zh: '甲', en: 'A' },
      rules: [{ name: 'r', when: 'x', points: 0, reason: { zh: '乙', en: 'B' }, dialogue: [] }],
    });
  });
});
