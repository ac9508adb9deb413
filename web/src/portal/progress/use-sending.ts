//! Sending something for one's own matter: one at a time, and what went wrong.

import { useState } from 'react';
import { asProblem, type Problem } from '../../lib/problem.ts';

export function useSending() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  /** Whether it was sent. */
  const send = async (work: () => Promise<void>): Promise<boolean> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await work();
      return true;
    } catch (error) {
      setProblem(asProblem(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, send };
}
