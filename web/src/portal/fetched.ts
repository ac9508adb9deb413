//! What the portal asks the server for, once: the data, or what went wrong, and how to ask again.

import { useCallback, useEffect, useState } from 'react';
import { api, ok, type Schemas } from '../api/client.ts';
import { remember, remembered } from '../lib/language.ts';
import { asProblem, type Problem } from '../lib/problem.ts';

export type About = Schemas['AboutBody'];

let about: Promise<About> | undefined;

function askAbout(): Promise<About> {
  about ??= ok(api.GET('/api/voice/portal/about')).then(
    (found) => {
      remember(KEY, JSON.stringify(found.contact));
      return found;
    },
    (error: unknown) => {
      about = undefined;
      throw error;
    },
  );
  return about;
}

/** Under this the device remembers whom to call: without a network, a telephone number is what helps. */
const KEY = 'xiaobao.portal.contact';

/** Whom to call, as the bank said on an earlier visit. */
function rememberedContact(): About['contact'] | undefined {
  try {
    const kept = JSON.parse(remembered(KEY) ?? 'null') as Partial<Record<keyof About['contact'], unknown>> | null;
    if (typeof kept?.hotline !== 'string') return undefined;
    return { hotline: kept.hotline, ...(typeof kept.hours === 'string' ? { hours: kept.hours } : {}) };
  } catch {
    return undefined;
  }
}

/** Whom to call; nothing as long as it is not known, and `isKnown` says whether there is more to come. */
export function useContact(): { contact: About['contact'] | undefined; isKnown: boolean } {
  const { about, problem } = useAbout();
  const [kept] = useState(rememberedContact);
  return { contact: about?.contact ?? kept, isKnown: about !== undefined || problem !== undefined };
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
  useEffect(() => {
    addEventListener('online', ask);
    return () => removeEventListener('online', ask);
  }, [ask]);
  return { about: data, problem, retry: ask };
}
