//! One report: its tables, its editions, its print and its file, and whether it still counts the same.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Alert, App, Button, DatePicker, Form, Input, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { holds, useSession } from '../../../api/session.ts';
import { usePreferences } from '../../../lib/preferences.ts';
import { asProblem } from '../../../lib/problem.ts';
import { countText, shareText } from '../../../lib/quantity.ts';
import { saveFile } from '../../../lib/save-file.ts';
import { printSheet } from '../../../lib/sheet.ts';
import { capital, textOf } from '../../../lib/text.ts';
import { momentOf } from '../../../lib/time.ts';
import { Loaded, Nothing } from '../../../parts/loaded.tsx';
import { ActorName } from '../../../parts/names.tsx';
import { useProblemSentence } from '../../../parts/problem-notice.tsx';
import { Writing } from '../../../parts/writing.tsx';
import { Lines } from '../../../ui/lines.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { FigureTable } from '../figures/figure-table.tsx';
import type { Cell } from '../figures/picture.ts';
import { checkReport, printedReport, REPORTS, type Report, reportFile, reportQuery } from './data.ts';

const route = getRouteApi('/reports/$report');

export function ReportRoute() {
  const { t } = useTranslation('oversee');
  const { report: id } = route.useParams();
  const { edition } = route.useSearch();
  const { language } = usePreferences();
  const navigate = useNavigate();
  const query = useQuery(reportQuery(id, edition));
  const found = query.data;
  return (
    <Page
      title={found ? capital(textOf(found.title, language)) : t('report.one')}
      note={
        found
          ? [`${found.from} – ${found.to}`, t('report.countedAsOf', { at: momentOf(found.as_of) })].join(' · ')
          : null
      }
      actions={
        <>
          {found ? (
            <Select
              aria-label={t('case.edition')}
              value={edition ?? found.editions.length}
              onChange={(next) =>
                void navigate({
                  to: '/reports/$report',
                  params: { report: id },
                  search: { edition: next },
                  replace: true,
                })
              }
              options={found.editions.map((one) => ({
                value: one.edition,
                label: t('case.editionNumber', { number: one.edition }),
              }))}
            />
          ) : null}
          {found ? <Acts report={found} edition={edition} /> : null}
          <Link to="/reports">{t('report.back')}</Link>
        </>
      }
    >
      <Loaded query={query} rows={10}>
        {(report) => (
          <>
            {report.tables.map((table) => (
              <ReportTable key={table.table} table={table} />
            ))}
            <Editions report={report} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

interface ActsProps {
  report: Report;
  edition: number | undefined;
}

function Acts({ report, edition }: ActsProps) {
  const { t } = useTranslation('oversee');
  const { message } = App.useApp();
  const sentence = useProblemSentence();
  const { language } = usePreferences();
  const canMake = holds(useSession(), 'voice.report.make');
  const [isCorrecting, setCorrecting] = useState(false);
  const [busy, setBusy] = useState<'print' | 'file' | 'check'>();
  const run = async (what: 'print' | 'file' | 'check', work: () => Promise<void>) => {
    setBusy(what);
    try {
      await work();
    } catch (error) {
      void message.error(sentence(asProblem(error)));
    } finally {
      setBusy(undefined);
    }
  };
  const check = async () => {
    const { is_same, differences } = await checkReport(report.id, edition);
    if (is_same) void message.success(t('report.same'));
    else void message.warning(t('report.differs', { count: differences.length }));
  };
  const file = async () => {
    const name = `${textOf(report.title, language)} ${report.from} ${report.to}.xlsx`;
    saveFile(await reportFile(report.id, edition, language), name);
  };
  return (
    <>
      <Button loading={busy === 'check'} onClick={() => void run('check', check)}>
        {t('report.check')}
      </Button>
      <Button
        loading={busy === 'print'}
        onClick={() => void run('print', async () => printSheet(await printedReport(report.id, edition, language)))}
      >
        {t('report.print')}
      </Button>
      <Button loading={busy === 'file'} onClick={() => void run('file', file)}>
        {t('report.download')}
      </Button>
      {canMake ? <Button onClick={() => setCorrecting(true)}>{t('report.correct')}</Button> : null}
      <Correcting report={report} open={isCorrecting} onClose={() => setCorrecting(false)} />
    </>
  );
}

interface CorrectingProps {
  report: Report;
  open: boolean;
  onClose: () => void;
}

function Correcting({ report, open, onClose }: CorrectingProps) {
  const { t } = useTranslation('oversee');
  const queries = useQueryClient();
  const navigate = useNavigate();
  return (
    <Writing<{ why: string; as_of?: Dayjs | null }>
      open={open}
      title={t('report.correct')}
      onClose={onClose}
      onSend={async ({ why, as_of }) => {
        const body = { version: report.version, why, ...(as_of ? { as_of: as_of.format('YYYY-MM-DD') } : {}) };
        await ok(api.POST('/api/voice/reports/{id}/correct', { params: { path: { id: report.id } }, body }));
        await queries.invalidateQueries({ queryKey: REPORTS });
        await navigate({ to: '/reports/$report', params: { report: report.id }, search: {} });
      }}
    >
      <Alert type="info" title={t('report.correctHint')} style={{ marginBottom: 16 }} />
      <Form.Item name="why" label={t('president.why')} rules={[{ required: true, message: t('form.needed') }]}>
        <Input.TextArea rows={3} />
      </Form.Item>
      <Form.Item name="as_of" label={t('report.asOf')} extra={t('report.asOfHint')}>
        <DatePicker maxDate={dayjs()} />
      </Form.Item>
    </Writing>
  );
}

function ReportTable({ table }: { table: Schemas['ReportTableBody'] }) {
  const { t } = useTranslation('oversee');
  const { language } = usePreferences();
  const title = capital(textOf(table.title, language));
  if (table.lines.length === 0) {
    return (
      <Panel title={title} flush>
        <Nothing>{t('report.empty')}</Nothing>
      </Panel>
    );
  }
  const hasShares = table.lines.some((line) => line.share_ppm !== null && line.share_ppm !== undefined);
  const rows = table.lines.map((line): Cell[] => [
    { text: line.titles.join(' · ') },
    { text: countText(line.count, language) },
    ...(hasShares ? [{ text: typeof line.share_ppm === 'number' ? shareText(line.share_ppm, language) : '—' }] : []),
  ]);
  const columns = [t('report.item'), t('report.count'), ...(hasShares ? [t('word.share')] : [])];
  return (
    <Panel title={title} flush>
      <FigureTable label={title} table={{ columns, rows }} />
    </Panel>
  );
}

function Editions({ report }: { report: Report }) {
  const { t, i18n } = useTranslation('oversee');
  return (
    <Panel title={t('report.editions')} flush>
      <Lines
        lines={report.editions.map((one) => ({
          key: one.edition,
          main: textOf(one.sentence, i18n.language),
          side: (
            <>
              {momentOf(one.made_at)} <ActorName actor={one.made_by} />
              {one.differences.length > 0 ? ` · ${t('report.changes', { count: one.differences.length })}` : null}
            </>
          ),
        }))}
      />
    </Panel>
  );
}
