//! What happened to a matter, newest first: the server's sentences, when, and by whom.

import { useTranslation } from 'react-i18next';
import type { Schemas } from '../api/client.ts';
import { textOf } from '../lib/text.ts';
import { momentOf } from '../lib/time.ts';
import { Lines } from '../ui/lines.tsx';
import { ActorName } from './names.tsx';

interface EventLinesProps {
  events: Schemas['EventBody'][];
}

export function EventLines({ events }: EventLinesProps) {
  const { i18n } = useTranslation();
  const lines = [...events].reverse().map((event) => ({
    key: event.version,
    main: textOf(event.sentence, i18n.language),
    side: (
      <>
        {momentOf(event.at)} <ActorName actor={event.by} />
      </>
    ),
  }));
  return <Lines lines={lines} reversed />;
}
