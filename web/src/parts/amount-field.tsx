//! A field for yuan and fen, which the server takes as a whole number of fen.

import { Form, Input } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { minorOf } from '../lib/money.ts';

interface AmountProps {
  name: string;
  label: string;
  extra?: ReactNode;
  isNeeded?: boolean;
  /** Where nothing at all is an answer too. */
  canBeZero?: boolean;
}

export function AmountField({ name, label, extra, isNeeded = false, canBeZero = false }: AmountProps) {
  const { t } = useTranslation();
  const check = (_: unknown, value?: string) => {
    const minor = minorOf(value ?? '');
    const isGood = isNeeded ? Boolean(minor) || (canBeZero && minor === 0) : !value?.trim() || minor !== undefined;
    return isGood ? Promise.resolve() : Promise.reject(new Error(t('form.amount')));
  };
  return (
    <Form.Item name={name} label={label} extra={extra} required={isNeeded} rules={[{ validator: check }]}>
      <Input prefix="¥" inputMode="decimal" autoComplete="off" style={{ width: 180 }} />
    </Form.Item>
  );
}

/** The part of a request under this name; nothing where nothing was written. */
export function amountOf<N extends string>(name: N, typed: string | undefined) {
  const minor = typed?.trim() ? minorOf(typed) : undefined;
  return (minor ? { [name]: { minor, currency: 'CNY' } } : {}) as { [K in N]?: { minor: number; currency: string } };
}

/** A sum that must be there; the field has seen to it. */
export function wholeAmountOf(typed: string) {
  return { minor: minorOf(typed) ?? 0, currency: 'CNY' };
}
