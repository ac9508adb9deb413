//! How long things took, in words: microseconds, and milliseconds where there are many.

import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import type { Language } from '../../../lib/language.ts';
import { countText, decimalText } from '../../../lib/quantity.ts';

const MILLISECOND = 1_000;

export function useMicros(): (micros: number | null | undefined) => string {
  const { t, i18n } = useTranslation('proof');
  const language = i18n.language as Language;
  return (micros) => {
    if (micros === null || micros === undefined) return '—';
    if (micros < MILLISECOND) return t('latency.micros', { number: countText(micros, language) });
    return t('latency.millis', { number: decimalText(micros / MILLISECOND, language) });
  };
}

/** The figures of a latency as names and values. */
export function useLatencyFacts(latency: Schemas['LatencyBody']): [string, string][] {
  const { t } = useTranslation('proof');
  const micros = useMicros();
  return [
    [t('latency.p50'), micros(latency.p50_micros)],
    [t('latency.p95'), micros(latency.p95_micros)],
    [t('latency.p99'), micros(latency.p99_micros)],
    [t('latency.max'), micros(latency.count === 0 ? undefined : latency.max_micros)],
  ];
}
