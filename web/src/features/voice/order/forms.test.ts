import { describe, expect, it } from 'vitest';
import type { Order } from '../data.ts';
import { sizeText } from './attachments-panel.tsx';
import { startOf } from './forms-ending.tsx';
import { orderIdOf } from './forms-work.tsx';
import { byDay } from './history-panel.tsx';
import { VERB_NAMES, VERBS } from './verbs.ts';

describe('a template', () => {
  it('fills what is empty and replaces nothing that somebody wrote', () => {
    const template = { facts: 'F', basis: 'B', answer: 'A' };
    expect(startOf({ facts: '我写的', basis: '  ' }, template)).toEqual({ facts: '我写的', basis: 'B', answer: 'A' });
  });
});

describe('an order', () => {
  it.each([
    ['wo_01jd8x4c3e7tq9v2m5k6n8p0r1', 'wo_01jd8x4c3e7tq9v2m5k6n8p0r1'],
    [' https://xiaobao.example.cn/orders/wo_01jd8x ', 'wo_01jd8x'],
    ['something else ', 'something else'],
  ])('is read from %j', (pasted, id) => {
    expect(orderIdOf(pasted)).toBe(id);
  });
});

describe('a size', () => {
  it.each([
    [900, '900 B'],
    [2048, '2 KB'],
    [3_500_000, '3.3 MB'],
  ])('of %i is %s', (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });
});

describe('the history', () => {
  const event = (version: number, at: string, kind: string) => ({ version, at, kind }) as Order['history'][number];
  const history = [
    event(1, '2026-11-20T15:59:00Z', 'filed'),
    event(2, '2026-11-20T16:01:00Z', 'registered'),
    event(3, '2026-11-20T17:00:00Z', 'revealed'),
  ];

  it('is told day by day in Shanghai, newest first, without what only says that somebody looked', () => {
    const days = byDay(history, false).map(([day, events]) => [day, events.map(({ version }) => version)]);
    expect(days).toEqual([
      ['2026-11-21', [2]],
      ['2026-11-20', [1]],
    ]);
    expect(byDay(history, true)[0]?.[1].map(({ version }) => version)).toEqual([3, 2]);
  });
});

describe('the verbs', () => {
  it('have a letter each, and no two the same', () => {
    const keys = VERB_NAMES.flatMap((verb) => ('key' in VERBS[verb] ? [VERBS[verb].key] : []));
    expect(new Set(keys).size).toBe(keys.length);
    // These lead through the queue and to what is sealed, and are taken.
    for (const taken of ['g', 'h', 'j', 'k', 'q']) expect(keys).not.toContain(taken);
  });
});
