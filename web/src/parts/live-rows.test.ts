import { describe, expect, it } from 'vitest';
import { distinct, newAtHead, touchedPages, withPage } from './live-rows.ts';

const row = (id: string, version = 1) => ({ id, version });
const page = (ids: string[], next: string | null = 'n') => ({ items: ids.map((id) => row(id)), page: { next } });
const rows = (...pages: string[][]) => ({
  pages: pages.map((ids) => page(ids)),
  pageParams: pages.map((_, at) => (at ? `p${at}` : undefined)),
});
const idsOf = (data: ReturnType<typeof withPage>) => data?.pages.map((one) => one.items.map(({ id }) => id));

describe('rows', () => {
  it('know the pages that a hint touches', () => {
    expect(touchedPages(rows(['a', 'b'], ['c'], ['d']), new Set(['c', 'x', 'a']))).toEqual([0, 1]);
    expect(touchedPages(undefined, new Set(['a']))).toEqual([]);
  });

  it('take their new form where they stand, and new ones at the head wait', () => {
    const fresh = { items: [row('new'), row('a', 2), row('b'), row('c')], page: { next: 'n' } };
    const data = withPage(rows(['a', 'b'], ['c']), 0, fresh);
    expect(idsOf(data)).toEqual([['a', 'b'], ['c']]);
    expect(data?.pages[0]?.items[0]?.version).toBe(2);
  });

  it('go when they no longer fit, the last of a page too', () => {
    expect(idsOf(withPage(rows(['a', 'b', 'c'], ['d']), 0, page(['a', 'c', 'd'])))).toEqual([['a', 'c'], ['d']]);
    expect(idsOf(withPage(rows(['a', 'b'], ['d']), 0, page(['a', 'd'])))).toEqual([['a'], ['d']]);
    expect(idsOf(withPage(rows(['a', 'b']), 0, page(['a'], null)))).toEqual([['a']]);
  });

  it('stay when the answer ended before it came to them', () => {
    expect(idsOf(withPage(rows(['a', 'b']), 0, page(['n1', 'n2', 'a'])))).toEqual([['a', 'b']]);
    expect(idsOf(withPage(rows(['a', 'b']), 0, page(['n1', 'n2'])))).toEqual([['a', 'b']]);
  });

  it('are new at the head as far as the first that is known', () => {
    expect(newAtHead(page(['n1', 'n2', 'a', 'x', 'b']), new Set(['a', 'b']))).toEqual(['n1', 'n2']);
    expect(newAtHead(page(['a', 'n1']), new Set(['a']))).toEqual([]);
    expect(newAtHead(page(['n1']), new Set(['a']))).toEqual(['n1']);
  });

  it('stand once', () => {
    expect(distinct([page(['a', 'b']), page(['b', 'c'])]).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });
});
