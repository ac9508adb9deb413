import { describe, expect, it } from 'vitest';
import { changeText, plotted, quantityText, unplotted } from './quantity.ts';

describe('figures in words', () => {
  it.each([
    [1234, 'orders', '1,234', '1,234'],
    [953_000, 'parts_per_million', '95.3%', '95.3%'],
    [207_360, 'seconds', '2.4天', '2.4 days'],
    [5_400, 'seconds', '1.5小时', '1.5 hours'],
    [59, 'seconds', '1分钟', '1 minute'],
    [431, 'hundredths', '4.31', '4.31'],
    [null, 'seconds', '—', '—'],
    [0, 'orders', '0', '0'],
  ] as const)('%s %s', (value, unit, zh, en) => {
    expect(quantityText(value, unit, 'zh')).toBe(zh);
    expect(quantityText(value, unit, 'en')).toBe(en);
  });

  it('say in which way something changed', () => {
    expect(changeText(40_000, 'en')).toBe('+4.0%');
    expect(changeText(-40_000, 'en')).toBe('-4.0%');
    expect(changeText(0, 'en')).toBe('0.0%');
  });

  it('go to an axis and back', () => {
    for (const unit of ['orders', 'parts_per_million', 'seconds', 'hundredths'] as const) {
      expect(unplotted(plotted(129_600, unit), unit)).toBeCloseTo(129_600);
    }
  });
});
