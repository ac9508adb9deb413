import { describe, expect, it } from 'vitest';
import { guessRequestOf, matchRequestOf, requestOf, START } from './fields.ts';

describe('the request of a filing', () => {
  it('holds what was filled in and nothing else', () => {
    expect(
      requestOf({
        ...START,
        title: '年费',
        narrative: '扣了两次',
        request: '  ',
        amount: '300.5',
        party: { name: ' 张三 ', phone: '' },
        hasRepresentative: false,
        representative: { standing: 'agent', name: '李四' },
        origin: { source: 'direct', entry: 'counter', number: 'left over', wanted: ['result'] },
      }),
    ).toEqual({
      matter: 'complaint',
      title: '年费',
      narrative: '扣了两次',
      nature: 'natural',
      amount: { minor: 30050, currency: 'CNY' },
      party: { name: '张三' },
      origin: { source: 'direct', entry: 'counter' },
    });
  });

  it('tells who passed it on, and times as instants', () => {
    const request = requestOf({
      ...START,
      title: 'x',
      narrative: 'y',
      origin: {
        source: 'nfra',
        number: ' 2026-001 ',
        deadline: '2026-12-01T18:00',
        sent_on: '2026-11-19',
        hotline: 'nfra12378',
        wanted: ['facts', 'result'],
      },
      received_at: '2026-11-20T09:30',
      hasRepresentative: true,
      representative: { standing: 'heir', name: '王五', phone: '' },
    });
    expect(request.origin).toEqual({
      source: 'nfra',
      number: '2026-001',
      deadline: '2026-12-01T10:00:00.000Z',
      sent_on: '2026-11-19',
      hotline: 'nfra12378',
      wanted: ['facts', 'result'],
    });
    expect(request.received_at).toBe('2026-11-20T01:30:00.000Z');
    expect(request.representative).toEqual({ standing: 'heir', name: '王五' });
  });

  it('says nothing of a person who gave no name', () => {
    expect(requestOf({ ...START, nature: 'anonymous', party: { name: '张三' } })).not.toHaveProperty('party');
  });
});

describe('what is asked while somebody types', () => {
  it('is nothing until there are words or a person', () => {
    expect(guessRequestOf({ ...START, title: '年费' })).toBeUndefined();
    expect(matchRequestOf({ ...START, title: '年费' })).toBeUndefined();
    expect(matchRequestOf({ ...START, nature: 'anonymous', party: { phone: '13700000000' } })).toBeUndefined();
  });

  it('holds the words for a guess, and the person too for a likely same order', () => {
    const fields = {
      ...START,
      title: '年费扣了两次',
      narrative: '上个月扣了。',
      party: { phone: '13700000000', name: ' ' },
    };
    expect(guessRequestOf(fields)).toEqual({ title: '年费扣了两次', narrative: '上个月扣了。' });
    expect(matchRequestOf(fields)).toEqual({
      title: '年费扣了两次',
      narrative: '上个月扣了。',
      party: { phone: '13700000000' },
    });
  });
});
