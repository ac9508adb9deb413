import { describe, expect, it } from 'vitest';
import { asProblem, Problem, problemOf } from './problem.ts';

describe('a problem', () => {
  it('is read from problem+json with its fields and number', () => {
    const problem = problemOf(
      {
        type: '/problems/invalid',
        detail: '有内容需要更正。',
        request_id: 'rq_1',
        reason: 'wrong-code',
        errors: [{ pointer: '/party/phone', detail: '电话号码不对。' }],
      },
      422,
      undefined,
    );
    expect(problem).toMatchObject({
      kind: 'invalid',
      detail: '有内容需要更正。',
      requestId: 'rq_1',
      reason: 'wrong-code',
    });
    expect(problem.fault('/party/phone')).toBe('电话号码不对。');
    expect(problem.fault('/party/name')).toBeUndefined();
    expect(problem.isPassing).toBe(false);
  });

  it.each([
    ['<html>gateway</html>', 502, 'unavailable', true],
    [undefined, 404, 'unreadable', false],
    [{ type: 'https://elsewhere/x' }, 400, 'unreadable', false],
  ])('that is none of ours (%o, %i) is still one', (body, status, kind, passing) => {
    const problem = problemOf(body, status, 'rq_2');
    expect(problem).toMatchObject({ kind, requestId: 'rq_2' });
    expect(problem.isPassing).toBe(passing);
  });

  it('keeps what it is when it is one already', () => {
    const problem = new Problem('offline', '');
    expect(asProblem(problem)).toBe(problem);
    expect(asProblem(new TypeError('x')).kind).toBe('unreadable');
  });
});
