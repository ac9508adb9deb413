//! What is being written, tried at once on the newest decisions beside what is live. Nothing of it is kept.

import { useQuery } from '@tanstack/react-query';
import { Drawer, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Language } from '../../../lib/language.ts';
import { countText } from '../../../lib/quantity.ts';
import { Loaded, Nothing } from '../../../parts/loaded.tsx';
import { Panel } from '../../../ui/panel.tsx';
import type { ScenarioSpec } from '../scenarios/data.ts';
import { type Difference, type Tried, tryQuery } from './data.ts';
import { useDifferenceColumns } from './difference-columns.tsx';
import styles from './proof.module.css';
import { TrialView } from './trial-view.tsx';

/** Wide enough for both sides; a narrow window is filled. */
const WIDTH = 1_080;

interface TryDrawerProps {
  /** What is tried; closed without. */
  spec: ScenarioSpec | undefined;
  onClose: () => void;
}

export function TryDrawer({ spec, onClose }: TryDrawerProps) {
  const { t } = useTranslation('proof');
  return (
    <Drawer
      open={spec !== undefined}
      title={t('try.title')}
      onClose={onClose}
      destroyOnHidden
      size={WIDTH}
      styles={{ wrapper: { maxWidth: '100vw' } }}
    >
      {spec ? <Outcome spec={spec} /> : null}
    </Drawer>
  );
}

function Outcome({ spec }: { spec: ScenarioSpec }) {
  const query = useQuery(tryQuery(spec));
  return (
    <Loaded query={query} rows={10}>
      {(tried) => <Told tried={tried} />}
    </Loaded>
  );
}

function Told({ tried: { result, differences } }: { tried: Tried }) {
  const { t, i18n } = useTranslation('proof');
  const columns = useDifferenceColumns();
  const number = countText(result.decided, i18n.language as Language);
  if (result.decided === 0) return <Nothing>{t('try.nothing')}</Nothing>;
  return (
    <div className={styles.stack}>
      <p className={styles.quiet} role="status">
        {t('try.on', { number })}
      </p>
      <TrialView trial={result} />
      <Panel title={t('try.differences')} flush>
        <Table<Difference>
          size="small"
          aria-label={t('try.differences')}
          columns={columns ?? []}
          dataSource={differences}
          rowKey={(row) => row.decision}
          pagination={false}
          scroll={{ x: 'max-content' }}
          locale={{ emptyText: <Nothing>{t('differences.none')}</Nothing> }}
        />
      </Panel>
    </div>
  );
}
