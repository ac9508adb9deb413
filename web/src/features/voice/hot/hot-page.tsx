//! Hot issues: what comes in more often than its own past explains, with the test that says so.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { App, Button, DatePicker, Form, Input, Table, type TableProps } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client.ts';
import { holds, useSession } from '../../../api/session.ts';
import { usePreferences } from '../../../lib/preferences.ts';
import { asProblem } from '../../../lib/problem.ts';
import { decimalText } from '../../../lib/quantity.ts';
import { printSheet } from '../../../lib/sheet.ts';
import { textOf } from '../../../lib/text.ts';
import { momentOf } from '../../../lib/time.ts';
import { Loaded, Nothing } from '../../../parts/loaded.tsx';
import { ActorName } from '../../../parts/names.tsx';
import { useProblemSentence } from '../../../parts/problem-notice.tsx';
import { UnitPicker } from '../../../parts/unit-picker.tsx';
import { Writing } from '../../../parts/writing.tsx';
import { MoodTag } from '../../../ui/mood.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { HOT, type HotFilters, type HotIssue, hotIssuesQuery, printedDigest } from './data.ts';
import styles from './hot.module.css';

const route = getRouteApi('/hot-issues');

export function HotRoute() {
  const navigate = useNavigate();
  return (
    <HotPage
      filters={route.useSearch()}
      onChange={(search) => void navigate({ to: '/hot-issues', search, replace: true })}
    />
  );
}

interface HotPageProps {
  filters: HotFilters;
  onChange: (next: HotFilters) => void;
}

export function HotPage({ filters, onChange }: HotPageProps) {
  const { t, i18n } = useTranslation('oversee');
  const { message } = App.useApp();
  const sentence = useProblemSentence();
  const query = useQuery(hotIssuesQuery(filters));
  const [noted, setNoted] = useState<HotIssue>();
  const columns = useColumns(setNoted);
  const print = () =>
    printedDigest(filters).then(printSheet, (error: unknown) => void message.error(sentence(asProblem(error))));
  return (
    <Page
      title={t('hot.title')}
      note={t('hot.note')}
      actions={
        <>
          <UnitPicker
            aria-label={t('word.unit')}
            placeholder={t('figures.allUnits')}
            value={filters.unit}
            onChange={(unit) => onChange({ ...(filters.day ? { day: filters.day } : {}), ...(unit ? { unit } : {}) })}
            style={{ width: 220 }}
          />
          <DatePicker
            aria-label={t('hot.day')}
            placeholder={t('hot.latest')}
            value={filters.day ? dayjs(filters.day) : null}
            onChange={(day) =>
              onChange({
                ...(filters.unit ? { unit: filters.unit } : {}),
                ...(day ? { day: day.format('YYYY-MM-DD') } : {}),
              })
            }
          />
          <Button onClick={() => void print()}>{t('hot.print')}</Button>
        </>
      }
    >
      <Loaded query={query} rows={8}>
        {(found) => (
          <>
            <Panel title={found.day ? t('hot.listOf', { day: found.day }) : t('hot.list')} flush>
              <Table<HotIssue>
                aria-label={t('hot.list')}
                size="small"
                columns={columns ?? []}
                dataSource={found.items}
                rowKey={(row) => row.id}
                pagination={false}
                scroll={{ x: 'max-content' }}
                locale={{ emptyText: <Nothing>{found.day ? t('hot.none') : t('hot.never')}</Nothing> }}
              />
            </Panel>
            <Panel title={t('hot.words')}>
              {found.words.length === 0 ? (
                <Nothing>{t('hot.noWords')}</Nothing>
              ) : (
                <ul className={styles.words}>
                  {found.words.map((word) => (
                    <li key={word.word}>
                      <Link to="/orders" search={{ text: word.word }}>
                        {word.word}
                      </Link>{' '}
                      <span className={styles.quiet}>
                        {t('hot.wordCounts', { seen: word.seen, before: word.before })}
                      </span>
                    </li>
                  ))}
                </ul>
              )}
            </Panel>
            <Panel title={t('hot.method')}>
              <p className={styles.text}>{textOf(found.method, i18n.language)}</p>
              <p className={styles.quiet}>{t('hot.tests', { count: found.tests })}</p>
            </Panel>
          </>
        )}
      </Loaded>
      <NoteWriting issue={noted} onClose={() => setNoted(undefined)} />
    </Page>
  );
}

const HUNDREDTHS = 100;
/** Chances are in parts of a thousand million. */
const PPB = 1_000_000_000;

function useColumns(onNote: (issue: HotIssue) => void): TableProps<HotIssue>['columns'] {
  const { t } = useTranslation('oversee');
  const { language } = usePreferences();
  const canNote = holds(useSession(), 'voice.hot_issue.note');
  return [
    {
      key: 'what',
      title: t('hot.what'),
      render: (_, row) => (
        <>
          {row.is_new ? <MoodTag mood="soon">{t('hot.new')}</MoodTag> : null} {row.subject_title} · {row.reason_title}
        </>
      ),
    },
    { key: 'unit', title: t('word.unit'), dataIndex: 'unit_name' },
    {
      key: 'seen',
      title: t('hot.seen'),
      align: 'right',
      render: (_, row) => (
        <Link to="/hot-issues/$issue/orders" params={{ issue: row.id }} search={{ side: 'seen' }} preload={false}>
          {t('hot.inDays', { count: row.seen, days: row.days_seen })}
        </Link>
      ),
    },
    {
      key: 'expected',
      title: t('hot.expected'),
      align: 'right',
      render: (_, row) => decimalText(row.expected_hundredths / HUNDREDTHS, language),
    },
    {
      key: 'before',
      title: t('hot.before'),
      align: 'right',
      render: (_, row) => (
        <Link to="/hot-issues/$issue/orders" params={{ issue: row.id }} search={{ side: 'before' }} preload={false}>
          {t('hot.inDays', { count: row.before, days: row.days_before })}
        </Link>
      ),
    },
    {
      key: 'chance',
      title: t('hot.chance'),
      align: 'right',
      render: (_, row) => chanceText(row.chance_ppb, t('hot.tiny')),
    },
    { key: 'since', title: t('hot.since'), dataIndex: 'hot_since' },
    {
      key: 'note',
      title: t('hot.noted'),
      render: (_, row) => (
        <div className={styles.note}>
          {row.note ? (
            <span title={momentOf(row.note.at)}>
              {row.note.words} <ActorName actor={row.note.by} />
            </span>
          ) : null}
          {canNote ? (
            <Button size="small" onClick={() => onNote(row)}>
              {t('hot.write')}
            </Button>
          ) : null}
        </div>
      ),
    },
  ];
}

/** `0.0012` with two telling digits; the smallest chances are below what is counted. */
export function chanceText(ppb: number, tiny: string): string {
  return ppb === 0 ? tiny : Number((ppb / PPB).toPrecision(2)).toLocaleString('en', { maximumFractionDigits: 9 });
}

interface NoteWritingProps {
  issue: HotIssue | undefined;
  onClose: () => void;
}

const WORDS_MAX = 1000;

function NoteWriting({ issue, onClose }: NoteWritingProps) {
  const { t } = useTranslation('oversee');
  const queries = useQueryClient();
  if (!issue) return null;
  return (
    <Writing<{ words: string }>
      key={issue.id}
      open
      title={t('hot.write')}
      initial={{ words: issue.note?.words ?? '' }}
      onClose={onClose}
      onSend={async ({ words }) => {
        await ok(api.POST('/api/voice/hot-issues/{id}/note', { params: { path: { id: issue.id } }, body: { words } }));
        await queries.invalidateQueries({ queryKey: HOT });
      }}
    >
      <p>{`${issue.unit_name} · ${issue.subject_title} · ${issue.reason_title}`}</p>
      <Form.Item name="words" label={t('hot.words2')} rules={[{ required: true, message: t('form.needed') }]}>
        <Input.TextArea rows={4} maxLength={WORDS_MAX} />
      </Form.Item>
    </Writing>
  );
}
