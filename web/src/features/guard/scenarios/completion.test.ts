import { describe, expect, it } from 'vitest';
import { complete } from './completion.ts';
import { cleaned, placed } from './data.ts';
import { named } from './use-names.ts';

const KNOWN = [
  { name: 'payer.account', kind: 'string' },
  { name: 'payee.account' },
  { name: 'payee.payers_7d', kind: 'int' },
  { name: 'lists.police' },
  { name: 'has(', kind: 'has(name) -> bool' },
  { name: 'getHours()', isMethod: true },
];

const offered = (text: string) => complete(text, text.length, KNOWN)?.offers.map(({ name }) => name);

describe('completion', () => {
  it('offers what begins like the word, then what holds it', () => {
    expect(offered('amount > 1 && pay')).toEqual(['payer.account', 'payee.account', 'payee.payers_7d']);
    expect(complete('police', 6, KNOWN)).toEqual({ start: 0, offers: [{ name: 'lists.police' }] });
    expect(complete('x in lists.p', 12, KNOWN)).toEqual({ start: 5, offers: [{ name: 'lists.police' }] });
  });

  it('offers methods behind a dot and nowhere else', () => {
    expect(complete('time.getH', 9, KNOWN)).toEqual({ start: 5, offers: [KNOWN[5]] });
    expect(offered('getH')).toBeUndefined();
  });

  it('offers nothing where no word is being written', () => {
    expect(complete('amount > ', 9, KNOWN)).toBeUndefined();
    expect(complete('has(', 4, KNOWN)).toBeUndefined();
    expect(complete('payer.account', 13, [{ name: 'payer.account' }])).toBeUndefined();
  });

  it('knows methods by what they are called on', () => {
    const title = { zh: '', en: '' };
    const of = (signature?: string) =>
      named({ name: 'x(', of: 'function', title, is_personal: false, ...(signature ? { signature } : {}) }).isMethod;
    expect(of('timestamp.getHours() -> int')).toBe(true);
    expect([of('math.abs(a)'), of('has(name) -> bool'), of()]).toEqual([false, false, false]);
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
