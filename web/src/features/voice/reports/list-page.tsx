//! Reports that go out of the bank: the yearly disclosure and the quarterly table, made for any date.

import { PlusOutlined } from '@ant-design/icons';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button, DatePicker, Form, InputNumber, Select, type TableProps } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { holds, useSession } from '../../../api/session.ts';
import { usePreferences } from '../../../lib/preferences.ts';
import { countText } from '../../../lib/quantity.ts';
import { dateOf, momentOf } from '../../../lib/time.ts';
import { ActorName, UnitName } from '../../../parts/names.tsx';
import { PagedTable } from '../../../parts/paged-table.tsx';
import { UnitPicker } from '../../../parts/unit-picker.tsx';
import { Writing } from '../../../parts/writing.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { KINDS, REPORTS, type ReportRow, reportsQuery } from './data.ts';

export function ReportsPage() {
  const { t } = useTranslation('oversee');
  const query = useInfiniteQuery(reportsQuery);
  const navigate = useNavigate();
  const [isNew, setNew] = useState(false);
  const canMake = holds(useSession(), 'voice.report.make');
  return (
    <Page
      title={t('report.title')}
      note={t('report.note')}
      actions={
        canMake ? (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setNew(true)}>
            {t('report.new')}
          </Button>
        ) : null
      }
    >
      <Panel title={t('report.list')} flush>
        <PagedTable<ReportRow>
          label={t('report.list')}
          query={query}
          columns={useColumns()}
          rowKey={(row) => row.id}
          empty={t('report.none')}
          onOpen={(row) => void navigate({ to: '/reports/$report', params: { report: row.id }, search: {} })}
        />
      </Panel>
      <NewReport open={isNew} onClose={() => setNew(false)} />
    </Page>
  );
}

function useColumns(): TableProps<ReportRow>['columns'] {
  const { t } = useTranslation('oversee');
  const { language } = usePreferences();
  return [
    {
      key: 'kind',
      title: t('report.kind'),
      render: (_, row) => (
        <Link to="/reports/$report" params={{ report: row.id }} search={{}}>
          {t(`report.kinds.${row.kind}`)}
        </Link>
      ),
    },
    { key: 'period', title: t('figures.period'), render: (_, row) => `${row.from} – ${row.to}` },
    { key: 'unit', title: t('word.unit'), render: (_, row) => <UnitName path={row.unit} /> },
    {
      key: 'received',
      title: t('report.received'),
      align: 'right',
      render: (_, row) => countText(row.received, language),
    },
    { key: 'as_of', title: t('report.asOf'), render: (_, row) => momentOf(row.as_of) },
    {
      key: 'made',
      title: t('report.made'),
      render: (_, row) => (
        <>
          {momentOf(row.made_at)} <ActorName actor={row.made_by} />
        </>
      ),
    },
  ];
}

interface Fields {
  kind: Schemas['ReportKind'];
  unit: string;
  year: number;
  quarter?: number;
  as_of?: Dayjs | null;
}

interface NewReportProps {
  open: boolean;
  onClose: () => void;
}

const QUARTERS = [1, 2, 3, 4] as const;
/** The years that the form takes; the server says no to one that has not begun. */
const YEAR_MIN = 2000;

function NewReport({ open, onClose }: NewReportProps) {
  const { t } = useTranslation('oversee');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const needed = [{ required: true, message: t('form.needed') }];
  const year = Number(dateOf(new Date()).slice(0, 4));
  return (
    <Writing<Fields>
      open={open}
      title={t('report.new')}
      submit={t('report.make')}
      initial={{ kind: 'yearly_disclosure', year: year - 1 }}
      onClose={onClose}
      onSend={async ({ as_of, quarter, kind, ...fields }) => {
        const body = {
          ...fields,
          kind,
          ...(kind === 'quarterly_table' && quarter ? { quarter } : {}),
          ...(as_of ? { as_of: as_of.format('YYYY-MM-DD') } : {}),
        };
        const { id } = await ok(api.POST('/api/voice/reports', { body }));
        await queries.invalidateQueries({ queryKey: REPORTS });
        await navigate({ to: '/reports/$report', params: { report: id }, search: {} });
      }}
    >
      <Form.Item name="kind" label={t('report.kind')} rules={needed}>
        <Select options={KINDS.map((kind) => ({ value: kind, label: t(`report.kinds.${kind}`) }))} />
      </Form.Item>
      <Form.Item name="unit" label={t('word.unit')} rules={needed}>
        <UnitPicker allowClear={false} />
      </Form.Item>
      <Form.Item name="year" label={t('president.year')} rules={needed}>
        <InputNumber min={YEAR_MIN} max={year} />
      </Form.Item>
      <Form.Item noStyle dependencies={['kind']}>
        {(form) =>
          form.getFieldValue('kind') === 'quarterly_table' ? (
            <Form.Item name="quarter" label={t('report.quarter')} rules={needed}>
              <Select
                options={QUARTERS.map((quarter) => ({ value: quarter, label: t('report.quarterNumber', { quarter }) }))}
              />
            </Form.Item>
          ) : null
        }
      </Form.Item>
      <Form.Item name="as_of" label={t('report.asOf')} extra={t('report.asOfHint')}>
        <DatePicker maxDate={dayjs()} />
      </Form.Item>
    </Writing>
  );
}
