//! What each rule of the candidate adds, and which rules hold together.

import { Table, type TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Language } from '../../../lib/language.ts';
import { countText } from '../../../lib/quantity.ts';
import { Nothing } from '../../../parts/loaded.tsx';
import { Panel } from '../../../ui/panel.tsx';
import type { Trial } from './data.ts';
import styles from './proof.module.css';

type Rule = Trial['rules'][number];
type Pair = Trial['overlap'][number];

const COUNTS = ['held', 'alone', 'decisive', 'fraud', 'genuine'] as const satisfies (keyof Rule)[];
/** Pairs grow with the square of the rules. */
const PAIRS_ON_PAGE = 8;

/** What can be told before anything is known of frauds. */
const UNLABELLED: readonly (typeof COUNTS)[number][] = ['held', 'alone', 'decisive'];

interface RulesPanelProps {
  trial: Trial;
  /** Nothing is known of frauds. */
  isUnlabelled?: boolean;
}

export function RulesPanel({ trial, isUnlabelled = false }: RulesPanelProps) {
  const { t, i18n } = useTranslation('proof');
  const columns: TableProps<Rule>['columns'] = [
    { key: 'name', title: t('rules.rule'), render: (_, row) => <code>{row.name}</code> },
    ...(isUnlabelled ? UNLABELLED : COUNTS).map((name) => ({
      key: name,
      title: t(`rules.${name}`),
      align: 'right' as const,
      sorter: (one: Rule, other: Rule) => one[name] - other[name],
      render: (_: unknown, row: Rule) => (
        <span className="numbers">{countText(row[name], i18n.language as Language)}</span>
      ),
    })),
  ];
  return (
    <Panel title={t('rules.title')} flush>
      <Table<Rule>
        size="small"
        aria-label={t('rules.title')}
        columns={columns}
        dataSource={[...trial.rules].sort((one, other) => other.held - one.held)}
        rowKey={(row) => row.name}
        pagination={false}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: <Nothing>{t('rules.none')}</Nothing> }}
      />
      <p className={styles.definition}>{t('rules.hint')}</p>
    </Panel>
  );
}

export function OverlapPanel({ trial }: { trial: Trial }) {
  const { t, i18n } = useTranslation('proof');
  const held = new Map(trial.rules.map((rule) => [rule.name, rule.held]));
  /** Of the decisions on which the rarer of the two held, those on which both did. */
  const share = ({ first, second, count }: Pair) => {
    const least = Math.min(held.get(first) ?? 0, held.get(second) ?? 0);
    return least === 0 ? '—' : `${Math.round((count * 100) / least)}%`;
  };
  const columns: TableProps<Pair>['columns'] = [
    { key: 'first', title: t('rules.rule'), render: (_, row) => <code>{row.first}</code> },
    { key: 'second', title: t('rules.second'), render: (_, row) => <code>{row.second}</code> },
    {
      key: 'count',
      title: t('rules.both'),
      align: 'right',
      render: (_, row) => <span className="numbers">{countText(row.count, i18n.language as Language)}</span>,
    },
    { key: 'share', title: t('rules.ofRarer'), align: 'right', render: (_, row) => share(row) },
  ];
  const pairs = [...trial.overlap].sort((one, other) => other.count - one.count);
  return (
    <Panel title={t('rules.overlap')} flush>
      <Table<Pair>
        size="small"
        aria-label={t('rules.overlap')}
        columns={columns}
        dataSource={pairs}
        rowKey={(row) => `${row.first} ${row.second}`}
        pagination={pairs.length > PAIRS_ON_PAGE ? { pageSize: PAIRS_ON_PAGE, showSizeChanger: false } : false}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: <Nothing>{t('rules.noOverlap')}</Nothing> }}
      />
    </Panel>
  );
}
