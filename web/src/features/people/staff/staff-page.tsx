//! Members of staff: who belongs where with which roles; entering, changing, disabling, resetting.

import { PlusOutlined } from '@ant-design/icons';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Button, Drawer, Input, Select, type TableProps } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { holds, useSession } from '../../../api/session.ts';
import { textOf } from '../../../lib/text.ts';
import { PagedTable } from '../../../parts/paged-table.tsx';
import { UnitPicker } from '../../../parts/unit-picker.tsx';
import { MoodTag } from '../../../ui/mood.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { useRoles, useRoleTitles } from '../roles.ts';
import { type Staff, type StaffFilters, staffPages } from './data.ts';
import { StaffDetail } from './staff-detail.tsx';
import { StaffForm } from './staff-form.tsx';
import styles from './staff-page.module.css';

const route = getRouteApi('/staff');

export function StaffPage() {
  const { t } = useTranslation('people');
  const filters = route.useSearch();
  const query = useInfiniteQuery(staffPages(filters));
  const mayManage = holds(useSession(), 'people.staff.manage');
  const [isNew, setNew] = useState(false);
  const [openId, setOpen] = useState<string>();
  const opened = query.data?.pages.flatMap((page) => page.items).find((one) => one.id === openId);
  return (
    <Page
      title={t('staffPage.title')}
      actions={
        mayManage ? (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setNew(true)}>
            {t('staffPage.new')}
          </Button>
        ) : null
      }
    >
      <Filters filters={filters} />
      <Panel title={t('staffPage.list')} flush>
        <PagedTable<Staff>
          label={t('staffPage.title')}
          query={query}
          columns={useColumns(setOpen)}
          rowKey={(row) => row.id}
          empty={t('staffPage.none')}
          onOpen={(row) => setOpen(row.id)}
        />
      </Panel>
      <Drawer open={isNew} title={t('staffPage.new')} onClose={() => setNew(false)} destroyOnHidden size={480}>
        <StaffForm onDone={() => setNew(false)} />
      </Drawer>
      <Drawer
        open={opened !== undefined}
        title={opened ? `${opened.name ?? opened.name_masked} · ${opened.number}` : ''}
        onClose={() => setOpen(undefined)}
        destroyOnHidden
        size={480}
      >
        {opened ? <StaffDetail key={opened.id} staff={opened} /> : null}
      </Drawer>
    </Page>
  );
}

function useColumns(open: (id: string) => void): TableProps<Staff>['columns'] {
  const { t } = useTranslation('people');
  const titles = useRoleTitles();
  return [
    {
      key: 'name',
      title: t('staff.name'),
      render: (_, row) => (
        <Button type="link" size="small" className={styles.name} onClick={() => open(row.id)}>
          {row.name ?? row.name_masked}
        </Button>
      ),
    },
    { key: 'number', title: t('staff.number'), dataIndex: 'number' },
    { key: 'unit', title: t('staff.unit'), render: (_, row) => row.unit.name },
    {
      key: 'roles',
      title: t('staff.roles'),
      render: (_, row) =>
        row.roles.map((role) => (
          <div key={role.role + role.scope.id}>{`${titles(role.role)} · ${role.scope.name}`}</div>
        )),
    },
    {
      key: 'status',
      title: t('staff.status'),
      render: (_, row) => (
        <MoodTag mood={row.status === 'active' ? 'met' : 'none'}>{t(`status.${row.status}`)}</MoodTag>
      ),
    },
  ];
}

function Filters({ filters }: { filters: StaffFilters }) {
  const { t, i18n } = useTranslation('people');
  const navigate = useNavigate();
  const { data: roles } = useRoles();
  const change = (part: { [K in keyof StaffFilters]?: StaffFilters[K] | undefined }) => {
    const next = Object.fromEntries(Object.entries({ ...filters, ...part }).filter(([, value]) => value));
    void navigate({ to: '/staff', search: next, replace: true });
  };
  return (
    <div className={styles.filters}>
      <Input.Search
        allowClear
        defaultValue={filters.number}
        onSearch={(number) => change({ number: number.trim() || undefined })}
        placeholder={t('staffPage.number')}
        aria-label={t('staffPage.number')}
        style={{ width: 200 }}
      />
      <UnitPicker
        aria-label={t('staff.unit')}
        placeholder={t('staff.unit')}
        value={filters.unit}
        onChange={(unit) => change({ unit })}
        style={{ width: 240 }}
      />
      <Select
        allowClear
        aria-label={t('staff.roles')}
        placeholder={t('staff.roles')}
        value={filters.role}
        onChange={(role?: string) => change({ role })}
        options={(roles?.items ?? []).map((role) => ({ value: role.role, label: textOf(role.title, i18n.language) }))}
        style={{ width: 180 }}
      />
      <Select
        allowClear
        aria-label={t('staff.status')}
        placeholder={t('staff.status')}
        value={filters.status}
        onChange={(status?: 'active' | 'disabled') => change({ status })}
        options={(['active', 'disabled'] as const).map((status) => ({ value: status, label: t(`status.${status}`) }))}
        style={{ width: 120 }}
      />
    </div>
  );
}
