//! The rows of a list without an end, kept up to date by live hints without moving the reader.
//!
//! A changed row is fetched again with its page; what is new at the head waits until the reader asks for it.

import { type InfiniteData, infiniteQueryOptions, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { listen } from '../lib/live.ts';

interface Row {
  id: string;
}

export interface RowPage<T> {
  items: T[];
  page: { next?: string | null };
}

type Rows<T> = InfiniteData<RowPage<T>, string | undefined>;

/** A list that the server hands out page by page. */
export interface LiveList<T> {
  /** The question; another one is another list. */
  queryKey: readonly unknown[];
  /** A page of it; without a limit as many rows as the list usually asks for. */
  fetch: (after: string | undefined, signal?: AbortSignal, limit?: number) => Promise<RowPage<T>>;
}

/** Hints are gathered for a moment: one act of a colleague gives several. */
const GATHER_MS = 400;
/** More changed pages than this are not fetched one by one; the reader is told instead. */
const PAGES_AT_ONCE_MAX = 3;

/** How long a list is kept after it was left: an order that was opened from it may take a while. */
const KEPT_MS = 30 * 60_000;

/** Rows asked for when a page is renewed: the most the server gives, for new ones at the head push the old ones down. */
const RENEWED_ROWS = 200;

function optionsOf<T>({ queryKey, fetch }: LiveList<T>) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam, signal }) => fetch(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: RowPage<T>) => last.page.next ?? undefined,
    // Live hints renew single pages; asking for all of them again would move the reader.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MS,
    refetchOnWindowFocus: false,
  });
}

/**
 * The rows of a list; it must be the same value from one drawing to the next as long as it is the same question. `active` is
 * the row on which the reader stands.
 */
export function useLiveRows<T extends Row>(list: LiveList<T>, url: string, active?: string) {
  const queries = useQueryClient();
  const options = useMemo(() => optionsOf(list), [list]);
  const query = useInfiniteQuery(options);
  const rows = useMemo(() => distinct(query.data?.pages ?? []), [query.data]);
  const [elsewhere, setElsewhere] = useState<ReadonlySet<string>>(new Set());
  const [hasMissed, setMissed] = useState(false);

  const renew = useCallback(
    async (ids: ReadonlySet<string>) => {
      const data = queries.getQueryData<Rows<T>>(options.queryKey);
      const touched = touchedPages(data, ids);
      const known = new Set(data?.pages.flatMap((page) => page.items.map((row) => row.id)));
      const unknown = [...ids].filter((id) => !known.has(id));
      if (unknown.length > 0) setElsewhere((before) => new Set([...before, ...unknown]));
      if (touched.length > PAGES_AT_ONCE_MAX) return setMissed(true);
      for (const index of touched) {
        const after = data?.pageParams[index];
        const fresh = await list.fetch(after, undefined, RENEWED_ROWS).catch(() => undefined);
        if (fresh) queries.setQueryData<Rows<T>>(options.queryKey, (now) => withPage(now, index, fresh));
      }
    },
    [queries, options, list],
  );
  useHints(url, renew, () => setMissed(true));
  const comeBack = useCallback(async () => {
    const data = queries.getQueryData<Rows<T>>(options.queryKey);
    if (!data) return;
    const known = new Set(data.pages.flatMap((page) => page.items.map((row) => row.id)));
    const near = active === undefined ? [] : touchedPages(data, new Set([active]));
    const wanted = [...new Set([...near, ...data.pages.keys()])];
    for (const index of wanted.slice(0, PAGES_AT_ONCE_MAX)) {
      const fresh = await list.fetch(data.pageParams[index], undefined, RENEWED_ROWS).catch(() => undefined);
      if (!fresh) continue;
      queries.setQueryData<Rows<T>>(options.queryKey, (now) => withPage(now, index, fresh));
      if (index === 0) setElsewhere(new Set(newAtHead(fresh, known)));
    }
    if (wanted.length > PAGES_AT_ONCE_MAX) setMissed(true);
  }, [queries, options, list, active]);

  const startOver = useCallback(() => {
    setElsewhere(new Set());
    setMissed(false);
    // Only the first page: the others are asked for again as they are reached.
    queries.setQueryData<Rows<T>>(options.queryKey, (now) =>
      now ? { pages: now.pages.slice(0, 1), pageParams: now.pageParams.slice(0, 1) } : now,
    );
    void query.refetch();
  }, [queries, options, query.refetch]);

  // Another question has other rows; what was new for the one before says nothing here. Rows that were kept from an earlier
  // look may have changed while nobody listened.
  const print = JSON.stringify(list.queryKey);
  const latest = useRef(comeBack);
  latest.current = comeBack;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each question
  useEffect(() => {
    setElsewhere(new Set());
    setMissed(false);
    void latest.current();
  }, [print]);

  return { query, rows, news: elsewhere.size, hasNews: elsewhere.size > 0 || hasMissed, startOver };
}

type Renew = (ids: ReadonlySet<string>) => Promise<void>;

function useHints(url: string, renew: Renew, missed: () => void): void {
  const latest = useRef({ renew, missed });
  latest.current = { renew, missed };
  useEffect(() => {
    let gathered = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      const ids = gathered;
      gathered = new Set();
      void latest.current.renew(ids);
    };
    const end = listen(url, {
      changed: ({ id }) => {
        gathered.add(id);
        timer ??= setTimeout(flush, GATHER_MS);
      },
      missed: () => latest.current.missed(),
    });
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [url]);
}

/** The pages, by number, that hold one of these rows. */
export function touchedPages<T extends Row>(data: Rows<T> | undefined, ids: ReadonlySet<string>): number[] {
  const found: number[] = [];
  data?.pages.forEach((page, index) => {
    if (page.items.some((row) => ids.has(row.id))) found.push(index);
  });
  return found;
}

/** The rows of a renewed first page that stand before every row that is known. */
export function newAtHead<T extends Row>(fresh: RowPage<T>, known: ReadonlySet<string>): string[] {
  const first = fresh.items.findIndex((row) => known.has(row.id));
  return fresh.items.slice(0, first < 0 ? fresh.items.length : first).map((row) => row.id);
}

/** The pages with one of them renewed. No row is added, so that nothing moves under the reader. */
export function withPage<T extends Row>(
  data: Rows<T> | undefined,
  index: number,
  fresh: RowPage<T>,
): Rows<T> | undefined {
  if (!data?.pages[index]) return data;
  const pages = data.pages.map((page, at) => (at === index ? { ...page, items: renewed(page.items, fresh) } : page));
  return { ...data, pages };
}

/** The old rows, each in its new form, without the ones that are gone. */
function renewed<T extends Row>(before: T[], fresh: RowPage<T>): T[] {
  const now = new Map(fresh.items.map((row) => [row.id, row]));
  const lastKnown = before.findLastIndex((row) => now.has(row.id));
  const lastFresh = fresh.items.findIndex((row) => row.id === before[lastKnown]?.id);
  // Rows past the last one that was found are gone only if the answer reaches past it; else it merely ended too soon.
  const reachesPast = !fresh.page.next || (lastFresh >= 0 && lastFresh < fresh.items.length - 1);
  return before.flatMap((row, at) => now.get(row.id) ?? (at > lastKnown && !reachesPast ? row : []));
}

/** All rows, each once: a row that moved between two pages would stand twice. */
export function distinct<T extends Row>(pages: RowPage<T>[]): T[] {
  const seen = new Set<string>();
  const rows: T[] = [];
  for (const page of pages) {
    for (const row of page.items) {
      if (seen.has(row.id)) continue;
      seen.add(row.id);
      rows.push(row);
    }
  }
  return rows;
}
