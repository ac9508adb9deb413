import { describe, expect, it } from 'vitest';
import type { ScenarioSpec } from './data.ts';
import { differencesOf, piecesOf } from './differences.ts';

const rule = (name: string, when: string, points = 0) => ({ name, when, points, reason: { zh: '', en: '' } });
const spec = (...rules: ScenarioSpec['rules']): ScenarioSpec => ({ name: 'a', title: { zh: '', en: '' }, rules });

describe('two versions', () => {
  it('differ rule by rule', () => {
    const before = spec(rule('a', 'x'), rule('b', 'y'), rule('c', 'z'));
    const after = spec(rule('b', 'y', 10), rule('d', 'w'), rule('a', 'x'));
    expect(differencesOf(before, after).map(({ name, kind }) => [name, kind])).toEqual([
      ['b', 'changed'],
      ['d', 'added'],
      ['a', 'same'],
      ['c', 'removed'],
    ]);
  });
});

describe('two texts', () => {
  it('differ word by word', () => {
    expect(piecesOf('pair.new && a', 'pair.old && a')).toEqual([
      { text: 'pair.', kind: 'same' },
      { text: 'new', kind: 'removed' },
      { text: 'old', kind: 'added' },
      { text: ' && a', kind: 'same' },
    ]);
  });

  it('give both texts back', () => {
    for (const [before, after] of [
      ['amount > 100', 'amount >= 200 && pair.new'],
      ['', 'x'],
      ['x y', ''],
      ['老人 转账', '老年人 大额转账'],
    ] as const) {
      const pieces = piecesOf(before, after);
      const without = (kind: string) =>
        pieces
          .filter((piece) => piece.kind !== kind)
          .map(({ text }) => text)
          .join('');
      expect([without('added'), without('removed')]).toEqual([before, after]);
    }
  });

  it('that are the same are one piece', () => {
    expect(piecesOf('a && b', 'a && b')).toEqual([{ text: 'a && b', kind: 'same' }]);
  });
});
