//! While a matter is entered: what kind and channel its words speak for, and orders that are likely the same.
//!
//! Asked when the typing pauses. The server keeps nothing of it, and neither does the page once it is left.

import { useQuery } from '@tanstack/react-query';
import { Form } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { holds, useSession } from '../../../api/session.ts';
import { Panel } from '../../../ui/panel.tsx';
import { type Aspect, Guesses } from '../guesses.tsx';
import { Matches } from '../matches.tsx';
import { type FilingFields, guessRequestOf, matchRequestOf } from './fields.ts';

/** A pause in typing after which it is worth asking. */
const PAUSE_MS = 900;

const ASPECTS = ['matter', 'channel'] as const satisfies Aspect[];

export function Likely() {
  const { t } = useTranslation('voice');
  const form = Form.useFormInstance<FilingFields>();
  const fields = usePaused(Form.useWatch((all: FilingFields) => all, form));
  const guesses = useGuesses(fields && guessRequestOf(fields));
  const matches = useMatches(fields && matchRequestOf(fields));
  return (
    <div aria-live="polite">
      {guesses ? (
        <Panel title={t('guess.title')}>
          <Guesses
            guesses={guesses}
            aspects={ASPECTS}
            held={{ matter: fields?.matter, channel: fields?.channel }}
            onTake={(aspect, key) => form.setFieldValue(aspect as (typeof ASPECTS)[number], key)}
          />
        </Panel>
      ) : null}
      {matches && matches.length > 0 ? (
        <Panel title={t('match.title')}>
          <Matches matches={matches} />
        </Panel>
      ) : null}
    </div>
  );
}

/** The fields as they stood when the typing last paused. */
function usePaused(fields: FilingFields | undefined): FilingFields | undefined {
  const [paused, setPaused] = useState<FilingFields>();
  useEffect(() => {
    const timer = setTimeout(() => setPaused(fields), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [fields]);
  return paused;
}

function useGuesses(body: Schemas['GuessRequest'] | undefined): Schemas['GuessesBody'] | undefined {
  const { data } = useQuery({
    queryKey: ['voice', 'guess', body],
    queryFn: ({ signal }) => ok(api.POST('/api/voice/guesses', { body: body as Schemas['GuessRequest'], signal })),
    enabled: body !== undefined,
    placeholderData: (before) => before,
    retry: false,
    gcTime: 0,
  });
  return body ? data : undefined;
}

function useMatches(body: Schemas['MatchRequest'] | undefined): Schemas['MatchBody'][] | undefined {
  const mayAsk = holds(useSession(), 'voice.order.file');
  const { data } = useQuery({
    queryKey: ['voice', 'match', body],
    queryFn: async ({ signal }) => {
      const asked = api.POST('/api/voice/matches', { body: body as Schemas['MatchRequest'], signal });
      return (await ok(asked)).matches;
    },
    enabled: mayAsk && body !== undefined,
    placeholderData: (before) => before,
    // A number that is half typed is no fault yet; the form says so when it is sent.
    retry: false,
    gcTime: 0,
  });
  return body ? data : undefined;
}
