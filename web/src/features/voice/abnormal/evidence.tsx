//! The parts of an order's score: what was counted, how many points that gives of how many, and the orders it rests on.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Table, type TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import { holds, useSession } from '../../../api/session.ts';
import { textOf } from '../../../lib/text.ts';
import { momentOf } from '../../../lib/time.ts';
import { Loaded } from '../../../parts/loaded.tsx';
import { ActorName } from '../../../parts/names.tsx';
import styles from './abnormal.module.css';
import { evidenceQuery } from './data.ts';

type Part = Schemas['AbnormalPartBody'];

interface EvidenceProps {
  order: string;
  /** Opens the form that puts the person on the shared list. */
  onList: () => void;
}

export function Evidence({ order, onList }: EvidenceProps) {
  const { t } = useTranslation('oversee');
  const query = useQuery(evidenceQuery(order));
  const columns = useColumns();
  const mayDecide = holds(useSession(), 'voice.abnormal.decide');
  return (
    <div className={styles.evidence}>
      <Loaded query={query} rows={4}>
        {({ score, conspicuous, parts, judgement }) => (
          <>
            <p>{conspicuous ? t('abnormal.scoreOf', { score, conspicuous }) : t('abnormal.noPolicy')}</p>
            <Table<Part>
              aria-label={t('abnormal.parts')}
              size="small"
              columns={columns ?? []}
              dataSource={parts}
              rowKey={(row) => row.part}
              pagination={false}
              scroll={{ x: 'max-content' }}
            />
            {judgement ? (
              <p>
                {t(`abnormal.verdicts.${judgement.verdict}`)} · {momentOf(judgement.at)}{' '}
                <ActorName actor={judgement.by} withUnit /> · {judgement.why}
              </p>
            ) : null}
            {mayDecide && judgement?.verdict === 'abnormal' ? (
              <Button size="small" onClick={onList}>
                {t('abnormal.putOnList')}
              </Button>
            ) : null}
          </>
        )}
      </Loaded>
    </div>
  );
}

function useColumns(): TableProps<Part>['columns'] {
  const { t, i18n } = useTranslation('oversee');
  return [
    { key: 'part', title: t('abnormal.partOf'), render: (_, row) => textOf(row.title, i18n.language) },
    {
      key: 'points',
      title: t('abnormal.points'),
      align: 'right',
      render: (_, row) => t('abnormal.pointsOf', { points: row.points, most: row.points_max }),
    },
    { key: 'count', title: t('abnormal.count'), dataIndex: 'count', align: 'right' },
    {
      key: 'rests',
      title: t('abnormal.restsOn'),
      render: (_, row) => (
        <div className={styles.peers}>
          {row.words.length > 0 ? <span>{row.words.join(t('abnormal.comma'))}</span> : null}
          {row.orders.map((peer) => (
            <span key={peer.order}>
              <Link to="/orders/$order" params={{ order: peer.order }} preload={false}>
                {peer.receipt}
              </Link>{' '}
              {peer.name_masked} · {peer.title}
            </span>
          ))}
        </div>
      ),
    },
  ];
}
