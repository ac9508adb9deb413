//! Asks that change something: whatever becomes of them, what is shown of the matter is asked for again.

import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';

/** Waits for what was asked, then renews every question under the key. */
export function useRenewed(key: QueryKey): <T>(asked: Promise<T>) => Promise<T> {
  const queries = useQueryClient();
  return useCallback(
    async <T>(asked: Promise<T>): Promise<T> => {
      try {
        return await asked;
      } finally {
        await queries.invalidateQueries({ queryKey: key });
      }
    },
    [queries, key],
  );
}
