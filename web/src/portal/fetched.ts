//! What the portal asks the server for, once: the data, or what went wrong, and how to ask again.

import { useCallback, useEffect, useState } from 'react';
import { api, ok, type Schemas } from '../api/client.ts';
import { asProblem, type Problem } from '../lib/problem.ts';

export type About = Schemas['AboutBody'];

let about: Promise<About> | undefined;

function askAbout(): Promise<About> {
  about ??= ok(api.GET('/api/voice/portal/about')).catch((error: unknown) => {
    about = undefined;
    throw error;
  });
  return about;
}

/** What the bank publishes; kept for the visit. */
export function useAbout(): { about: About | undefined; problem: Problem | undefined; retry: () => void } {
  const [data, setData] = useState<About>();
  const [problem, setProblem] = useState<Problem>();
  const ask = useCallback(() => {
    setProblem(undefined);
    askAbout().then(setData, (error: unknown) => setProblem(asProblem(error)));
  }, []);
  useEffect(ask, [ask]);
  return { about: data, problem, retry: ask };
}
