//! The fields of the form as they stand on the screen, and the request that they become.

import type { Schemas } from '../../../api/client.ts';
import { minorOf } from '../../../lib/money.ts';
import { instantOf } from '../../../lib/time.ts';

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
  origin: { source: Schemas['SourceWord']; number?: string; deadline?: string };
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
    origin: {
      source: origin.source,
      ...(origin.source === 'direct' ? {} : filled({ number: origin.number })),
      ...(origin.source !== 'direct' && origin.deadline ? { deadline: instantOf(origin.deadline) } : {}),
    },
  };
}
