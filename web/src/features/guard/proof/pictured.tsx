//! A panel with a picture, and the same figures as a table one key away: for screen readers, the keyboard and exact reading.

import { Segmented } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Nothing } from '../../../parts/loaded.tsx';
import { Chart } from '../../../ui/chart.tsx';
import type { EChartsCoreOption } from '../../../ui/chart-engine.ts';
import { Panel } from '../../../ui/panel.tsx';
import styles from './proof.module.css';

const HEIGHT = 260;

interface PicturedProps {
  title: string;
  option: EChartsCoreOption;
  /** What stands in the place of both when there is nothing. */
  empty?: string | undefined;
  onPick?: (index: number) => void;
  /** Below the picture or the table. */
  foot?: ReactNode;
  /** The table. */
  children: ReactNode;
}

export function Pictured({ title, option, empty, onPick, foot, children }: PicturedProps) {
  const { t } = useTranslation('proof');
  const [view, setView] = useState<'picture' | 'table'>('picture');
  return (
    <Panel
      title={title}
      flush={view === 'table' && empty === undefined}
      extra={
        <Segmented
          size="small"
          aria-label={t('view.label', { title })}
          value={view}
          onChange={setView}
          options={(['picture', 'table'] as const).map((value) => ({ value, label: t(`view.${value}`) }))}
        />
      }
    >
      {empty !== undefined ? (
        <Nothing>{empty}</Nothing>
      ) : view === 'picture' ? (
        <Chart
          option={option}
          label={t('view.pictureOf', { title })}
          height={HEIGHT}
          {...(onPick ? { onPick: ({ index }) => onPick(index) } : {})}
        />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
        <section className={styles.tall} tabIndex={0} aria-label={t('view.tableOf', { title })}>
          {children}
        </section>
      )}
      {foot}
    </Panel>
  );
}
