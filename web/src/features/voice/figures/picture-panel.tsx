//! The frame of one picture: what it shows and how it is counted, the same figures as a table, and both as files.

import { DownloadOutlined, QuestionCircleOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { Button, Dropdown, Segmented, Tooltip } from 'antd';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { saveFile } from '../../../lib/save-file.ts';
import { csvOf, workbookOf } from '../../../lib/table-file.ts';
import { Nothing } from '../../../parts/loaded.tsx';
import { Chart, type ChartHandle } from '../../../ui/chart.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { FigureTable } from './figure-table.tsx';
import styles from './figures.module.css';
import { type Picture, rowsOf } from './picture.ts';

interface PicturePanelProps {
  title: string;
  /** How it is counted and what the colours say. */
  help: string;
  picture: Picture;
  /** Controls of this picture alone. */
  extra?: ReactNode;
}

export function PicturePanel({ title, help, picture, extra }: PicturePanelProps) {
  const { t } = useTranslation('oversee');
  const navigate = useNavigate();
  const [view, setView] = useState<'picture' | 'table'>('picture');
  const chart = useRef<ChartHandle>(null);
  const isEmpty = picture.table.rows.length === 0;
  const savePicture = async (kind: 'png' | 'svg') => {
    const file = await chart.current?.file(kind);
    if (file) saveFile(file, `${title}.${kind}`);
  };
  const saveTable = (kind: 'csv' | 'xlsx') => {
    const rows = rowsOf(picture.table);
    saveFile(kind === 'csv' ? csvOf(rows) : workbookOf(title, rows), `${title}.${kind}`);
  };
  return (
    <Panel
      title={
        <>
          {title} <Help words={help} />
        </>
      }
      extra={
        <>
          {extra}
          <Segmented
            size="small"
            aria-label={t('figures.view', { title })}
            value={view}
            onChange={setView}
            options={(['picture', 'table'] as const).map((one) => ({ value: one, label: t(`figures.${one}`) }))}
          />
          <Dropdown
            trigger={['click']}
            disabled={isEmpty}
            menu={{
              items: [
                ...(view === 'picture' ? (['png', 'svg'] as const) : []).map((kind) => ({
                  key: kind,
                  label: t(`figures.save.${kind}`),
                })),
                ...(['xlsx', 'csv'] as const).map((kind) => ({ key: kind, label: t(`figures.save.${kind}`) })),
              ],
              onClick: ({ key }) => {
                if (key === 'png' || key === 'svg') void savePicture(key);
                else saveTable(key === 'csv' ? 'csv' : 'xlsx');
              },
            }}
          >
            <Button size="small" icon={<DownloadOutlined />} aria-label={t('figures.download', { title })} />
          </Dropdown>
        </>
      }
    >
      {isEmpty ? (
        <Nothing>{t('figures.none')}</Nothing>
      ) : view === 'picture' ? (
        <Chart
          ref={chart}
          option={picture.option}
          label={t('figures.pictureLabel', { title })}
          height={picture.height}
          onPick={({ series, index }) => {
            const behind = picture.behind(series, index);
            if (behind) void navigate({ to: '/figures/orders', search: behind });
          }}
        />
      ) : (
        <div className={styles.scroll}>
          <FigureTable label={title} table={picture.table} />
        </div>
      )}
    </Panel>
  );
}

interface HelpProps {
  words: string;
}

/** What a figure means, on pointing, on focus and on touch. */
export function Help({ words }: HelpProps) {
  const { t } = useTranslation('oversee');
  return (
    <Tooltip title={words} trigger={['hover', 'focus', 'click']}>
      <button type="button" className={styles.help} aria-label={t('figures.help', { words })}>
        <QuestionCircleOutlined />
      </button>
    </Tooltip>
  );
}
