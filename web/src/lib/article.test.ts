import { describe, expect, it } from 'vitest';
import { lawText } from './article.ts';

describe('a law with its article', () => {
  it.each([
    ['43', '办法 第43条'],
    ['22,23', '办法 第22条 第23条'],
    ['附件 1', '办法 附件 1'],
    [null, '办法'],
    ['', '办法'],
  ])('of %s is %s', (article, text) => {
    expect(lawText('办法', article, (number) => `第${number}条`)).toBe(text);
  });
});
