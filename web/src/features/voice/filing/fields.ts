//! The fields of the form as they stand on the screen, and the request that they become.

import type { Schemas } from '../../../api/client.ts';
import { minorOf } from '../../../lib/money.ts';
import { instantOf } from '../../../lib/time.ts';
import { type SenderParts, senderOf } from '../sender.ts';

export interface FilingFields {
  matter: Schemas['MatterWord'];
  title: string;
  narrative: string;
  request?: string;
  amount?: string;
  occurred_on?: string;
  channel?: string;
  nature: Schemas['Nature'];
  customer?: string;
  party?: Schemas['PersonRequest'];
  hasRepresentative?: boolean;
  representative?: Schemas['RepresentativeRequest'];
  origin: { source: Schemas['SourceWord'] } & SenderParts;
  unit?: string;
  received_at?: string;
}

/** What an empty form holds. */
export const START: FilingFields = {
  matter: 'complaint',
  title: '',
  narrative: '',
  nature: 'natural',
  origin: { source: 'direct' },
};

/** Only what was filled in: an empty field says nothing, and the server is told nothing. */
function filled<T extends object>(fields: T | undefined): Partial<T> {
  const entries = Object.entries(fields ?? {}).map(([key, value]) => [
    key,
    typeof value === 'string' ? value.trim() : value,
  ]);
  return Object.fromEntries(
    entries.filter(([, value]) => value !== '' && value !== undefined && value !== null),
  ) as Partial<T>;
}

export function requestOf(fields: FilingFields): Schemas['FileOrderRequest'] {
  const { matter, title, narrative, nature, origin, party, representative, hasRepresentative } = fields;
  const minor = fields.amount?.trim() ? minorOf(fields.amount) : undefined;
  const plain = filled({
    request: fields.request,
    occurred_on: fields.occurred_on,
    channel: fields.channel,
    customer: fields.customer,
    unit: fields.unit,
  });
  return {
    matter,
    title,
    narrative,
    nature,
    ...plain,
    ...(minor === undefined ? {} : { amount: { minor, currency: 'CNY' } }),
    ...(fields.received_at ? { received_at: instantOf(fields.received_at) } : {}),
    ...(nature === 'anonymous' ? {} : { party: filled(party) }),
    ...(hasRepresentative && representative
      ? { representative: filled(representative) as Schemas['RepresentativeRequest'] }
      : {}),
    // A customer who comes directly has no sender, but a way by which they came.
    origin: { source: origin.source, ...senderOf(origin.source === 'direct' ? wayIn(origin) : origin) },
  };
}

function wayIn({ entry }: SenderParts): SenderParts {
  return entry ? { entry } : {};
}

/** Fewer characters of a narrative say nothing. */
const WORDS_MIN = 4;
/** As much of a narrative as the server takes to look for likely same orders. */
const MATCHED_CHARS_MAX = 4_000;

/** What is asked about classes; nothing while there are hardly any words. */
export function guessRequestOf({ title, narrative, request }: FilingFields): Schemas['GuessRequest'] | undefined {
  if ((title ?? '').trim().length + (narrative ?? '').trim().length < WORDS_MIN) return undefined;
  return { title: title ?? '', narrative: narrative ?? '', ...filled({ request }) };
}

/** What is asked about likely same orders; nothing while neither words nor anybody are known. */
export function matchRequestOf(fields: FilingFields): Schemas['MatchRequest'] | undefined {
  const { title, narrative, customer, nature } = fields;
  const party = nature === 'anonymous' ? {} : filled(fields.party);
  const said = filled({ title, narrative: narrative?.slice(0, MATCHED_CHARS_MAX), customer });
  const isEnough = (title ?? '').trim().length >= WORDS_MIN || customer || Object.keys(party).length > 0;
  return isEnough ? { ...said, ...(Object.keys(party).length > 0 ? { party } : {}) } : undefined;
}
