//! What whoever passed a matter on says of it: as it stands in a form, and as the server takes it.

import type { Schemas } from '../../api/client.ts';
import { instantOf, momentOf } from '../../lib/time.ts';

export interface SenderParts {
  number?: string;
  entry?: Schemas['Entry'];
  hotline?: Schemas['PublicHotline'];
  sent_on?: string;
  deadline?: string;
  wanted?: Schemas['ReportItem'][];
}

/** Only what was filled in. */
export function senderOf(parts: SenderParts): Omit<Schemas['OriginRequest'], 'source'> {
  const { number, entry, hotline, sent_on, deadline, wanted } = parts;
  return {
    ...(number?.trim() ? { number: number.trim() } : {}),
    ...(entry ? { entry } : {}),
    ...(hotline ? { hotline } : {}),
    ...(sent_on ? { sent_on } : {}),
    ...(deadline ? { deadline: instantOf(deadline) } : {}),
    ...(wanted?.length ? { wanted } : {}),
  };
}

/** What is held of an origin, for a form that changes it. */
export function partsOf(origin: Schemas['OriginBody']): SenderParts {
  const { number, entry, hotline, sent_on, deadline, wanted } = origin;
  return {
    wanted,
    ...(number ? { number } : {}),
    ...(entry ? { entry } : {}),
    ...(hotline ? { hotline } : {}),
    ...(sent_on ? { sent_on } : {}),
    ...(deadline ? { deadline: momentOf(deadline).replace(' ', 'T') } : {}),
  };
}

export const ENTRIES = [
  'counter',
  'self_service',
  'hotline',
  'web',
  'app',
  'wechat',
  'sms',
  'email',
  'letter',
  'visit',
  'third_party',
  'transfer',
  'media',
] as const satisfies Schemas['Entry'][];

export const HOTLINES = [
  'nfra12378',
  'pbc12363',
  'government12345',
  'market12315',
] as const satisfies Schemas['PublicHotline'][];

export const REPORT_ITEMS = [
  'acceptance',
  'facts',
  'result',
  'written_report',
  'evidence',
  'complainant_view',
  'rectification',
  'accountability',
] as const satisfies Schemas['ReportItem'][];
