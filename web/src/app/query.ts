//! How data is fetched and kept: fresh for a few seconds, asked again where asking again can help.

import { QueryClient } from '@tanstack/react-query';
import { asProblem } from '../lib/problem.ts';

/** Other people work on the same orders; live hints bring most changes sooner. */
const FRESH_MS = 15_000;
/** A passing failure is tried this often again, with growing pauses. */
const RETRIES_MAX = 2;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      retry: (count, error) => asProblem(error).isPassing && count < RETRIES_MAX,
      // Trying while offline gives our own notice at once instead of waiting in silence.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});
