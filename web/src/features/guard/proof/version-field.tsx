//! The field in which a version of a scenario is chosen: drafts, what is live, what was live.

import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Form, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { textOf } from '../../../lib/text.ts';
import { scenarioPages } from '../scenarios/data.ts';

export function VersionField({ name }: { name: string }) {
  const { t, i18n } = useTranslation('guard');
  const common = useTranslation();
  const versions = useInfiniteQuery(scenarioPages({}));
  const rows = versions.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Form.Item
      name={name}
      label={t('scenario.number')}
      rules={[{ required: true, message: common.t('form.choose') }]}
      extra={
        versions.hasNextPage ? (
          <Button size="small" loading={versions.isFetchingNextPage} onClick={() => void versions.fetchNextPage()}>
            {common.t('state.more')}
          </Button>
        ) : null
      }
    >
      <Select
        showSearch={{ optionFilterProp: 'label' }}
        loading={versions.isPending}
        options={rows.map((row) => ({
          value: row.id,
          label: [
            t('decision.version', { name: textOf(row.title, i18n.language), version: row.number }),
            t(`scenarioState.${row.state}`),
          ].join(' · '),
        }))}
      />
    </Form.Item>
  );
}
