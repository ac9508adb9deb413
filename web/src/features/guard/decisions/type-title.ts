//! The name of an event's type; one that a bank added has the name that it has in data.

import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { EVENT_TYPES } from './filters.ts';

export function useTypeTitle(): (type: string) => string {
  const { t } = useTranslation('guard');
  return useCallback(
    (type) => {
      const known = EVENT_TYPES.find((one) => one === type);
      return known ? t(`eventType.${known}`) : type;
    },
    [t],
  );
}
