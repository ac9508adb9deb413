import { describe, expect, it } from 'vitest';
import { requestOf, START } from './fields.ts';

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
        origin: { source: 'direct', number: 'left over' },
      }),
    ).toEqual({
      matter: 'complaint',
      title: '年费',
      narrative: '扣了两次',
      nature: 'natural',
      amount: { minor: 30050, currency: 'CNY' },
      party: { name: '张三' },
      origin: { source: 'direct' },
    });
  });

  it('tells who passed it on, and times as instants', () => {
    const request = requestOf({
      ...START,
      title: 'x',
      narrative: 'y',
      origin: { source: 'nfra', number: '2026-001', deadline: '2026-12-01T18:00' },
      received_at: '2026-11-20T09:30',
      hasRepresentative: true,
      representative: { standing: 'heir', name: '王五', phone: '' },
    });
    expect(request.origin).toEqual({ source: 'nfra', number: '2026-001', deadline: '2026-12-01T10:00:00.000Z' });
    expect(request.received_at).toBe('2026-11-20T01:30:00.000Z');
    expect(request.representative).toEqual({ standing: 'heir', name: '王五' });
  });

  it('says nothing of a person who gave no name', () => {
    expect(requestOf({ ...START, nature: 'anonymous', party: { name: '张三' } })).not.toHaveProperty('party');
  });
});
