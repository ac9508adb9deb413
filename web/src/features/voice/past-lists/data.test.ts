import { describe, expect, it } from 'vitest';
import { type Field, type Mapping, openWords, specOf, withColumn, withLabels, withSpec, withWord } from './data.ts';

const BUSINESS: Field = {
  field: 'business',
  title: { zh: '业务类别', en: 'business' },
  is_date: false,
  choices: [{ word: 'credit_card', title: { zh: '信用卡', en: 'Credit card' } }],
  words: [
    { word: '信用卡', rows: 3 },
    { word: '老产品', rows: 1 },
  ],
};

const MAPPING: Mapping = {
  source: 'ledger',
  title: '',
  file: { short_rows: 'refuse' },
  skip: [],
  fields: { received: { column: '受理日期' } },
  labels: { 业务: { column: '业务' } },
};

describe('a mapping', () => {
  it('takes a column for a field, and no longer keeps it as a label', () => {
    const next = withColumn(MAPPING, BUSINESS, '业务');
    expect(specOf(next, 'business')).toEqual({ column: '业务', map: {} });
    expect(next.labels).toEqual({});
    expect(MAPPING.labels).toEqual({ 业务: { column: '业务' } });
  });

  it('is asked for the words that mean nothing yet', () => {
    let next = withColumn(MAPPING, BUSINESS, '业务');
    expect(openWords(next, BUSINESS)).toEqual(['信用卡', '老产品']);
    next = withWord(next, 'business', '信用卡', 'credit_card');
    expect(openWords(next, BUSINESS)).toEqual(['老产品']);
    next = withSpec(next, 'business', { ...specOf(next, 'business'), default: 'credit_card' });
    expect(openWords(next, BUSINESS)).toEqual([]);
    next = withWord(
      withSpec(next, 'business', { column: '业务', map: { 信用卡: 'credit_card' } }),
      'business',
      '信用卡',
      undefined,
    );
    expect(openWords(next, BUSINESS)).toEqual(['信用卡', '老产品']);
  });

  it('never loses the date of receipt', () => {
    const received: Field = { ...BUSINESS, field: 'received', is_date: true, choices: [], words: [] };
    expect(specOf(withColumn(MAPPING, received, undefined), 'received')).toEqual({ constant: '' });
    expect(specOf(withColumn(MAPPING, BUSINESS, undefined), 'business')).toBeUndefined();
  });

  it('keeps columns as they are', () => {
    expect(withLabels(MAPPING, ['甲', '乙']).labels).toEqual({ 甲: { column: '甲' }, 乙: { column: '乙' } });
  });
});
