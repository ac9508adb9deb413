//! Every figure of the period with what it rests on, the year before, and its definition.

import { DownloadOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';
import { changeText, quantityText } from '../../../lib/quantity.ts';
import { saveFile } from '../../../lib/save-file.ts';
import { csvOf, workbookOf } from '../../../lib/table-file.ts';
import { textOf } from '../../../lib/text.ts';
import { Panel } from '../../../ui/panel.tsx';
import { type Figures, type FigureValue, figureOf } from './data.ts';
import { CellText } from './figure-table.tsx';
import styles from './figures.module.css';
import { type Behind, yearBefore } from './filters.ts';
import { countCell, type Frame, figureCell } from './frame.ts';
import { type Cell, rowsOf } from './picture.ts';
import { Help } from './picture-panel.tsx';

/** What stands above the line is a sum of seconds or marks, not of orders. */
const SHARES = new Set(['merged', 'ended', 'on_time', 'reopened', 'satisfied', 'substantiated', 'repeated']);

interface TotalsPanelProps {
  figures: Figures;
  frame: Frame;
}

export function TotalsPanel({ figures, frame }: TotalsPanelProps) {
  const { t, i18n } = useTranslation('oversee');
  const columns = [
    t('totals.figure'),
    t('totals.value'),
    t('totals.above'),
    t('totals.below'),
    t('totals.before'),
    t('totals.change'),
  ];
  const rows = figures.definitions.map((definition) => ({
    definition,
    cells: cellsOf(frame, figureOf(figures.figures, definition.figure), figures),
  }));
  const save = (kind: 'csv' | 'xlsx') => {
    const table = rowsOf({
      columns,
      rows: rows.map(({ definition, cells }) => [{ text: textOf(definition.title, i18n.language) }, ...cells]),
    });
    saveFile(kind === 'csv' ? csvOf(table) : workbookOf(t('totals.title'), table), `${t('totals.title')}.${kind}`);
  };
  return (
    <Panel
      title={t('totals.title')}
      flush
      extra={
        <Dropdown
          trigger={['click']}
          menu={{
            items: (['xlsx', 'csv'] as const).map((kind) => ({ key: kind, label: t(`figures.save.${kind}`) })),
            onClick: ({ key }) => save(key === 'csv' ? 'csv' : 'xlsx'),
          }}
        >
          <Button
            size="small"
            icon={<DownloadOutlined />}
            aria-label={t('figures.download', { title: t('totals.title') })}
          />
        </Dropdown>
      }
    >
      <div className={styles.scroll}>
        <table className={styles.table} aria-label={t('totals.title')}>
          <thead>
            <tr>
              {columns.map((column, at) => (
                <th key={column} scope="col" className={at === 0 ? undefined : styles.number}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ definition, cells }) => (
              <tr key={definition.figure}>
                <th scope="row">
                  {textOf(definition.title, i18n.language)}{' '}
                  <Help words={textOf(definition.definition, i18n.language)} />
                </th>
                {cells.map((cell, at) => (
                  <td key={columns[at + 1]} className={styles.number}>
                    <CellText cell={cell} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

/** Value, above, below, the year before, and the change. */
function cellsOf(frame: Frame, value: FigureValue | undefined, period: Pick<Figures, 'from' | 'to'>): Cell[] {
  const link = (part: Behind['part']): Behind | undefined =>
    value && { ...frame.filters, figure: value.figure, ...(part ? { part } : {}) };
  const isShare = value !== undefined && SHARES.has(value.figure);
  const change = value?.change_ppm;
  const before = value?.value_year_before;
  const whole = link(value?.unit === 'orders' ? 'numerator' : 'denominator');
  const hasBefore = before !== null && before !== undefined;
  return [
    figureCell(frame, value, whole),
    isShare ? countCell(frame, value.numerator, link('numerator')) : { text: '—', raw: null },
    countCell(frame, value?.denominator ?? 0, link('denominator')),
    figureCell(
      frame,
      value && { ...value, value: before ?? null },
      whole && hasBefore ? { ...whole, ...yearBefore(period) } : undefined,
    ),
    change === null || change === undefined
      ? { text: '—', raw: null }
      : { text: changeText(change, frame.language), raw: change / 10_000 },
  ];
}

/** The few figures that are looked at first, large. */
const HEADLINE = ['received', 'on_time', 'first_contact', 'time_to_close', 'satisfied', 'repeated'] as const;

export function Headline({ figures, frame }: TotalsPanelProps) {
  const { t } = useTranslation('oversee');
  return (
    <ul className={styles.headline}>
      {HEADLINE.map((figure) => {
        const value = figureOf(figures.figures, figure);
        const [cell, , , , change] = cellsOf(frame, value, figures);
        return (
          <li key={figure}>
            <span className={styles.headTitle}>{frame.title(figure)}</span>
            <span className={styles.headValue}>{cell ? <CellText cell={cell} /> : null}</span>
            <span className={styles.headUnder}>
              {value?.value_year_before === null || value?.value_year_before === undefined
                ? t('totals.noBefore')
                : value.change_ppm === null || value.change_ppm === undefined
                  ? t('totals.beforeOnly', {
                      before: quantityText(value.value_year_before, value.unit, frame.language),
                    })
                  : t('totals.against', {
                      before: quantityText(value.value_year_before, value.unit, frame.language),
                      change: change?.text ?? '',
                    })}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
