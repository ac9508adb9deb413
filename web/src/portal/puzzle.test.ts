import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sha256, solve } from './puzzle.ts';

const hex = (words: Uint32Array) => [...words].map((word) => word.toString(16).padStart(8, '0')).join('');

describe('the puzzle', () => {
  it.each(['', 'abc', '消保', 'x'.repeat(55), 'x'.repeat(56), 'x'.repeat(64), 'y'.repeat(1000)])(
    'hashes %j as SHA-256 does',
    (text) => {
      expect(hex(sha256(text))).toBe(createHash('sha256').update(text).digest('hex'));
    },
  );

  it('is solved with the answer that the server finds for the same', async () => {
    expect(await solve('pz1.test', 16)).toBe(117_239);
  });
});
