//! Amounts in minor units of a currency. No floating point ever holds one: digits are moved as text.

import { type Language, tagOf } from './language.ts';

export interface Amount {
  minor: number;
  currency: string;
}

const MINOR_DIGITS: Record<string, number> = { JPY: 0, KRW: 0 };

function digitsOf(currency: string): number {
  return MINOR_DIGITS[currency] ?? 2;
}

/** `6214.00`, exact. */
export function decimalOf({ minor, currency }: Amount): string {
  const digits = digitsOf(currency);
  const sign = minor < 0 ? '-' : '';
  const text = String(Math.abs(minor)).padStart(digits + 1, '0');
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** `¥6,214.00`; another currency by its letters. */
export function amountText(amount: Amount, language: Language): string {
  const [whole = '0', part] = decimalOf(amount).split('.');
  const grouped = new Intl.NumberFormat(tagOf(language)).format(BigInt(whole));
  const number = part === undefined ? grouped : `${grouped}.${part}`;
  return amount.currency === 'CNY' ? `¥${number}` : `${amount.currency} ${number}`;
}

/** Minor units of what was typed, or nothing when it is no amount. Full-width digits, commas and a `元` behind it are understood. */
export function minorOf(typed: string, currency = 'CNY'): number | undefined {
  const digits = digitsOf(currency);
  const found = /^(\d{1,13})(?:\.(\d*))?$/.exec(typed.normalize('NFKC').replaceAll(/[,\s¥元]/g, ''));
  if (!found) return undefined;
  const part = found[2] ?? '';
  if (part.length > digits) return undefined;
  return Number(`${found[1]}${part.padEnd(digits, '0')}`);
}
