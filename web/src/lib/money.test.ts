import { describe, expect, it } from 'vitest';
import { amountText, decimalOf, minorOf } from './money.ts';

describe('an amount', () => {
  it.each([
    [{ minor: 621400, currency: 'CNY' }, '6214.00', '¥6,214.00'],
    [{ minor: 5, currency: 'CNY' }, '0.05', '¥0.05'],
    [{ minor: 0, currency: 'CNY' }, '0.00', '¥0.00'],
    [{ minor: 1200, currency: 'JPY' }, '1200', 'JPY 1,200'],
    [{ minor: 9_007_199_254_740_991, currency: 'CNY' }, '90071992547409.91', '¥90,071,992,547,409.91'],
  ])('%o is written exactly', (amount, decimal, text) => {
    expect(decimalOf(amount)).toBe(decimal);
    expect(amountText(amount, 'zh')).toBe(text);
  });

  it.each([
    ['6214', 621400],
    ['6,214.5', 621450],
    ['¥ 0.05', 5],
    ['0.1', 10],
    ['1.', 100],
  ])('typed as %s is read', (typed, minor) => {
    expect(minorOf(typed)).toBe(minor);
  });

  it.each(['', 'abc', '1.234', '-5', '1e3', '12345678901234'])('typed as %j is none', (typed) => {
    expect(minorOf(typed)).toBeUndefined();
  });
});
