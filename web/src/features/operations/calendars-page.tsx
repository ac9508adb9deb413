//! Working days: which years are known, a year month by month, and taking in the paper of another with its faults by date.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { App, Button, Table, type TableProps, Upload } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../api/client.ts';
import { textOf } from '../../lib/text.ts';
import { momentOf } from '../../lib/time.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { ActorName } from '../../parts/names.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useSubmit } from '../../parts/submit.ts';
import { Lines } from '../../ui/lines.tsx';
import { MoodTag } from '../../ui/mood.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import styles from './operations.module.css';
import { YearDays } from './year-days.tsx';

type Calendars = Schemas['CalendarsBody'];
type Year = Schemas['CalendarYearBody'];
type Preview = Schemas['HolidayPreviewBody'];

const CALENDARS = ['operations', 'calendars'] as const;
const route = getRouteApi('/calendars');

export function CalendarsPage() {
  const { t } = useTranslation('operations');
  const query = useQuery({ queryKey: CALENDARS, queryFn: () => ok(api.GET('/api/operations/calendars')) });
  return (
    <Page title={t('calendar.title')} note={t('calendar.note')}>
      <Loaded query={query} rows={6}>
        {(calendars) => <Shown calendars={calendars} />}
      </Loaded>
    </Page>
  );
}

function Shown({ calendars }: { calendars: Calendars }) {
  const { t } = useTranslation('operations');
  const navigate = useNavigate();
  const last = calendars.last_known_year ?? undefined;
  const { year = last } = route.useSearch();
  return (
    <>
      <p>{last ? t('calendar.knownUntil', { year: last }) : t('calendar.noneKnown')}</p>
      <Panel title={t('calendar.years')} flush>
        <Table<Year>
          aria-label={t('calendar.years')}
          size="small"
          columns={useColumns((chosen) => void navigate({ to: '/calendars', search: { year: chosen } }))}
          dataSource={calendars.years}
          rowKey={(row) => row.year}
          pagination={false}
          scroll={{ x: 'max-content' }}
        />
      </Panel>
      {year ? <OneYear year={year} /> : null}
      {calendars.may_import ? <Import /> : null}
      <Panel title={t('calendar.recomputed')}>
        {calendars.recomputations.length === 0 ? (
          <p>{t('calendar.notRecomputed')}</p>
        ) : (
          <Lines
            lines={calendars.recomputations.map((done) => ({
              key: done.began_at,
              main: t('calendar.recomputation', { looked: done.looked, moved: done.moved }),
              side: momentOf(done.ended_at),
            }))}
          />
        )}
      </Panel>
    </>
  );
}

function useColumns(open: (year: number) => void): TableProps<Year>['columns'] {
  const { t } = useTranslation('operations');
  return [
    {
      key: 'year',
      title: t('calendar.year'),
      render: (_, row) => (
        <Button type="link" size="small" onClick={() => open(row.year)}>
          {row.year}
        </Button>
      ),
    },
    { key: 'off', title: t('calendar.daysOff'), dataIndex: 'days_off', align: 'right' },
    { key: 'makeup', title: t('calendar.makeupDays'), dataIndex: 'makeup_days', align: 'right' },
    {
      key: 'papers',
      title: t('calendar.papers'),
      render: (_, row) => <span className={styles.code}>{row.papers.join('\n')}</span>,
    },
    {
      key: 'from',
      title: t('calendar.from'),
      render: (_, row) =>
        row.imported_by && row.imported_at ? (
          <>
            {momentOf(row.imported_at)} <ActorName actor={row.imported_by} />
          </>
        ) : (
          t('calendar.fromFiles')
        ),
    },
  ];
}

function OneYear({ year }: { year: number }) {
  const { t } = useTranslation('operations');
  const navigate = useNavigate();
  const query = useQuery({
    queryKey: [...CALENDARS, year],
    queryFn: () => ok(api.GET('/api/operations/calendars/{year}', { params: { path: { year } } })),
  });
  const go = (to: number) => void navigate({ to: '/calendars', search: { year: to } });
  return (
    <Panel
      title={t('calendar.one', { year })}
      extra={
        <span className={styles.acts}>
          <Button size="small" onClick={() => go(year - 1)}>
            {year - 1}
          </Button>
          <Button size="small" onClick={() => go(year + 1)}>
            {year + 1}
          </Button>
        </span>
      }
    >
      <Loaded query={query} rows={8}>
        {(shown) => (
          <>
            {shown.is_known ? null : (
              <p>
                <MoodTag mood="soon">{t('calendar.provisional')}</MoodTag> {t('calendar.provisionalWhy')}
              </p>
            )}
            <YearDays year={year} days={shown.days} />
          </>
        )}
      </Loaded>
    </Panel>
  );
}

/** Choosing a file, seeing what it would do, and taking it in. */
function Import() {
  const { t } = useTranslation('operations');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const submission = useSubmit();
  const [chosen, setChosen] = useState<{ text: string; preview: Preview }>();
  const look = (file: File) =>
    submission.run(async () => {
      const text = await file.text();
      setChosen({ text, preview: await ok(api.POST('/api/operations/calendars/preview', { body: { text } })) });
    });
  const take = (text: string) =>
    submission.run(async () => {
      await ok(api.POST('/api/operations/calendars', { body: { text } }));
      setChosen(undefined);
      void message.success(t('calendar.taken'));
      await queries.invalidateQueries({ queryKey: CALENDARS });
    });
  return (
    <Panel title={t('calendar.import')}>
      <p>{t('calendar.importHint')}</p>
      <Upload
        accept=".toml,.json"
        showUploadList={false}
        beforeUpload={(file) => {
          void look(file);
          return false;
        }}
      >
        <Button loading={submission.busy}>{t('calendar.choose')}</Button>
      </Upload>
      <div aria-live="polite">
        {submission.problem ? <ProblemNotice error={submission.problem} /> : null}
        {chosen ? (
          <PreviewOf preview={chosen.preview} busy={submission.busy} onTake={() => void take(chosen.text)} />
        ) : null}
      </div>
    </Panel>
  );
}

interface PreviewOfProps {
  preview: Preview;
  busy: boolean;
  onTake: () => void;
}

function PreviewOf({ preview, busy, onTake }: PreviewOfProps) {
  const { t, i18n } = useTranslation('operations');
  if (preview.faults.length > 0) {
    return (
      <>
        <h3>{t('calendar.faults', { count: preview.faults.length })}</h3>
        <Lines
          lines={preview.faults.map((fault, place) => ({
            key: place,
            main: textOf(fault.reason, i18n.language),
            side: fault.row ?? '',
          }))}
        />
      </>
    );
  }
  const { year, days, changes, replaces } = preview;
  return (
    <>
      <h3>{t('calendar.would', { year, days, changes: changes.length })}</h3>
      {replaces ? <p>{t('calendar.replaces', { year })}</p> : null}
      <Lines
        lines={changes.map((day) => ({
          key: day.date,
          main: `${day.date} ${day.holiday ?? ''}`,
          side: day.is_workday ? t('calendar.becomesWorkday') : t('calendar.becomesOff'),
        }))}
      />
      <Button type="primary" loading={busy} onClick={onTake}>
        {t('calendar.take', { year })}
      </Button>
    </>
  );
}
