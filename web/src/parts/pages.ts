//! Lists that the server hands out page by page, as questions. Knows no component: addresses read filters beside such questions
//! before any page is shown.

export interface PageOf<T> {
  items: T[];
  page: { next?: string | null };
}

/** The pages of a list, for `useInfiniteQuery`. */
export function pages<T>(queryKey: readonly unknown[], ask: (after: string | undefined) => Promise<PageOf<T>>) {
  return {
    queryKey,
    queryFn: ({ pageParam }: { pageParam: string | undefined }) => ask(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: PageOf<T>) => last.page.next ?? undefined,
  };
}
