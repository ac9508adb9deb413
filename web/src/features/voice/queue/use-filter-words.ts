//! What a filter says, as a person would.

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { unitQuery } from '../../../parts/units.ts';
import { useClassTitle } from '../words.ts';
import type { Filters } from './filters.ts';

/** Gives the words for a filter that has no control of its own in the row. */
export function useFilterWords(unit?: string): (key: keyof Filters, value: string) => string {
  const { t } = useTranslation('voice');
  const title = useClassTitle();
  const { data } = useQuery({ ...unitQuery(unit ?? ''), enabled: unit !== undefined });
  const label = (name: string, value: string) => t('filter.is', { name, value });
  return (key, value) => {
    switch (key) {
      case 'matter':
        return label(t('field.matter'), t(`matter.${value as NonNullable<Filters['matter']>}`));
      case 'source':
        return label(t('field.source'), t(`source.${value as NonNullable<Filters['source']>}`));
      case 'channel':
      case 'business':
      case 'reason':
        return label(t(`field.${key}`), title(key, value));
      case 'unit':
        return label(t('field.unit'), data?.name ?? '…');
      case 'received_from':
        return t('filter.from', { day: value });
      case 'received_to':
        return t('filter.to', { day: value });
      case 'origin_number':
        return label(t('field.originNumber'), value);
      case 'entry':
        return label(t('sender.entry'), t(`entry.${value as NonNullable<Filters['entry']>}`));
      case 'hotline':
        return label(t('sender.hotline'), t(`hotline.${value as NonNullable<Filters['hotline']>}`));
      case 'report':
        return label(t('field.report'), t('filter.owed'));
      case 'customer':
        return t('filter.customer');
      case 'text':
      case 'clock':
      case 'stage':
      case 'handler':
        return value;
    }
  };
}
