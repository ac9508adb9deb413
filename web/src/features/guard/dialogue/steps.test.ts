import { describe, expect, it } from 'vitest';
import type { Interception } from '../data.ts';
import { firstOpen, nextOpen, stepsOf } from './steps.ts';

type Dialogue = Pick<Interception, 'dialogue' | 'answers'>;

/** Two parts of two steps, of which some are answered. */
function dialogue(...answered: string[]): Dialogue {
  const text = { zh: '', en: '' };
  const step = (key: string) => ({ key, act: 'ask' as const, text, answers: [] });
  return {
    dialogue: [
      { name: 'a', title: text, steps: [step('1'), step('2')] },
      { name: 'b', title: text, steps: [step('1'), step('2')] },
    ],
    answers: answered.map((place) => ({
      part: place.charAt(0),
      step: place.charAt(1),
      answer: 'x',
      points: 0,
      by: 'staff:st_1',
      at: '2026-11-22T01:00:00Z',
    })),
  };
}

describe('the steps of a dialogue', () => {
  it('are told apart by part and key', () => {
    const steps = stepsOf(dialogue('b1'));
    expect(steps.map(({ part, step, given }) => [part.name + step.key, given !== undefined])).toEqual([
      ['a1', false],
      ['a2', false],
      ['b1', true],
      ['b2', false],
    ]);
  });

  it('begin where nothing was answered yet', () => {
    expect(firstOpen(stepsOf(dialogue()))).toBe(0);
    expect(firstOpen(stepsOf(dialogue('a1', 'b1')))).toBe(1);
    expect(firstOpen(stepsOf(dialogue('a1', 'a2', 'b1', 'b2')))).toBe(4);
  });

  it('go on to the next open one, then to one left behind, then to the end', () => {
    expect(nextOpen(stepsOf(dialogue('a1', 'a2')), 1)).toBe(2);
    expect(nextOpen(stepsOf(dialogue('a2', 'b1')), 3)).toBe(0);
    expect(nextOpen(stepsOf(dialogue('a1', 'a2', 'b1')), 3)).toBe(4);
  });
});
