//! What a field of a row says, in the reader's words.

import type { Language } from '../../../lib/language.ts';
import { amountText } from '../../../lib/money.ts';
import { capital, textOf } from '../../../lib/text.ts';
import { dateOf } from '../../../lib/time.ts';
import type { Field } from './data.ts';

export function saidOf(field: Field, value: string, language: string): string {
  if (field.is_date) return dateOf(value);
  if (field.field === 'amount') return amountText({ minor: Number(value), currency: 'CNY' }, language as Language);
  const choice = field.choices.find(({ word }) => word === value);
  return choice ? capital(textOf(choice.title, language)) : value;
}
