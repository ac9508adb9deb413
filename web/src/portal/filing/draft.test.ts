import { describe, expect, it } from 'vitest';
import { readDraft } from './draft.ts';

describe('a draft that was kept', () => {
  it('comes back as it was written', () => {
    const kept = { matter: 'praise', title: '谢谢', narrative: '很好', page: 2, phone: '138' };
    expect(readDraft(JSON.stringify(kept))).toMatchObject(kept);
  });

  it.each([
    null,
    '',
    'null',
    '7',
    '"words"',
    '[1, 2]',
    '{',
    '{"title": 5, "narrative": {"a": 1}, "name": null, "phone": ["1"]}',
    '{"matter": "nonsense", "page": -3}',
    '{"page": 1.5, "__proto__": {"title": "x"}}',
    '{"page": "NaN", "matter": 1, "extra": "<img src=x onerror=alert(1)>"}',
  ])('and is odd, as %s, is an empty one', (text) => {
    const draft = readDraft(text);
    expect(draft).toEqual({
      title: '',
      narrative: '',
      request: '',
      amount: '',
      occurred_on: '',
      account: '',
      name: '',
      phone: '',
      identity: '',
      page: 0,
    });
  });

  it('keeps markup as words', () => {
    expect(readDraft('{"narrative": "<script>alert(1)</script>"}').narrative).toBe('<script>alert(1)</script>');
  });
});
