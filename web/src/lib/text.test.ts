import { describe, expect, it } from 'vitest';
import { listed } from './text.ts';

describe('words one after the other', () => {
  it('are set apart as the language does', () => {
    expect(listed(['授权委托书', '代理人身份证明'], 'zh')).toBe('授权委托书、代理人身份证明');
    expect(listed(['Letter of authorisation', 'Proof of identity'], 'en')).toBe(
      'Letter of authorisation, Proof of identity',
    );
    expect(listed([], 'en')).toBe('');
  });
});
