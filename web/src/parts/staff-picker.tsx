//! Choosing a member of staff of a unit and what lies below it.

import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../api/client.ts';

interface StaffPickerProps {
  /** The unit whose people are offered; nobody without one. */
  unit: string | undefined;
  value?: string;
  onChange?: (id: string | undefined) => void;
  id?: string;
  'aria-label'?: string;
}

/** Offered at once; a unit with more has departments below it to choose first. */
const OFFERED_MAX = 200;

export function StaffPicker({ unit, ...others }: StaffPickerProps) {
  const { t } = useTranslation();
  const { data, isFetching } = useQuery({
    queryKey: ['people', 'staff of', unit],
    queryFn: async () => {
      const query = { unit: unit ?? '', status: 'active' as const, limit: OFFERED_MAX };
      return (await ok(api.GET('/api/people/staff', { params: { query } }))).items;
    },
    enabled: unit !== undefined,
  });
  return (
    <Select
      {...others}
      allowClear
      disabled={unit === undefined}
      loading={isFetching}
      placeholder={unit === undefined ? t('staff.unitFirst') : t('staff.choose')}
      showSearch={{ optionFilterProp: 'label' }}
      options={(data ?? []).map((one) => ({
        value: one.id,
        label: `${one.name ?? one.name_masked} (${one.number}) · ${one.unit.name}`,
      }))}
    />
  );
}
