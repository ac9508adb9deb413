//! Figures of the reader's part of the bank over a period: each with its definition, as a picture and as a table, and each
//! leading to exactly the orders behind it.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Alert, Select } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useIsDark, usePreferences } from '../../../lib/preferences.ts';
import { textOf } from '../../../lib/text.ts';
import { Loaded } from '../../../parts/loaded.tsx';
import { chartColours } from '../../../ui/chart-colours.ts';
import { Page } from '../../../ui/page.tsx';
import { BASELINE_MONTHS, definitionsQuery, earlierQuery, type Figures, figuresQuery } from './data.ts';
import { FigureBar } from './figure-bar.tsx';
import styles from './figures.module.css';
import { FIGURES, type FigureFilters, withFigureChange } from './filters.ts';
import type { Frame } from './frame.ts';
import { PicturePanel } from './picture-panel.tsx';
import { clocks } from './pictures/clocks.ts';
import { funnel } from './pictures/funnel.ts';
import { pareto } from './pictures/pareto.ts';
import { satisfaction } from './pictures/satisfaction.ts';
import { trend } from './pictures/trend.ts';
import { units } from './pictures/units.ts';
import { Headline, TotalsPanel } from './totals-panel.tsx';

const route = getRouteApi('/figures');

export function FiguresRoute() {
  const navigate = useNavigate();
  return (
    <FiguresPage
      filters={route.useSearch()}
      onChange={(search) => void navigate({ to: '/figures', search, replace: true })}
    />
  );
}

interface FiguresPageProps {
  filters: FigureFilters;
  onChange: (next: FigureFilters) => void;
}

export function FiguresPage({ filters, onChange }: FiguresPageProps) {
  const { t } = useTranslation('oversee');
  const query = useQuery(figuresQuery(filters));
  return (
    <Page title={t('figures.title')} note={t('figures.note')}>
      <FigureBar filters={filters} onChange={onChange} />
      <Loaded query={query} rows={12}>
        {(figures) => <Shown figures={figures} filters={filters} onChange={onChange} />}
      </Loaded>
    </Page>
  );
}

/** What the pictures need of the reader: language, colours and words. */
export function useFrame(filters: FigureFilters): Frame {
  const { t } = useTranslation('oversee');
  const { language } = usePreferences();
  const isDark = useIsDark();
  const { data: definitions } = useQuery(definitionsQuery);
  return useMemo(
    () => ({
      filters,
      language,
      colours: chartColours(isDark),
      say: (word) => t(`word.${word}`),
      title: (figure) => {
        const found = definitions?.find((one) => one.figure === figure);
        return found ? textOf(found.title, language) : figure;
      },
    }),
    [filters, language, isDark, definitions, t],
  );
}

interface ShownProps extends FiguresPageProps {
  figures: Figures;
}

function Shown({ figures, filters, onChange }: ShownProps) {
  const { t } = useTranslation('oversee');
  const frame = useFrame(filters);
  const earlier = useQuery(earlierQuery(filters)).data;
  const drawn = filters.trend ?? 'received';
  const course = useMemo(() => trend(frame, figures, earlier, drawn), [frame, figures, earlier, drawn]);
  const pictures = useMemo(
    () => ({
      units: units(frame, figures),
      pareto: pareto(frame, figures),
      clocks: clocks(frame, figures),
      funnel: funnel(frame, figures),
      satisfaction: satisfaction(frame, figures),
    }),
    [frame, figures],
  );
  return (
    <>
      {figures.is_whole ? null : <Alert type="info" showIcon title={t('figures.notWhole')} />}
      <Headline figures={figures} frame={frame} />
      <div className={styles.pair}>
        <PicturePanel
          title={t('picture.trend')}
          help={t('help.trend', { months: BASELINE_MONTHS })}
          picture={course}
          extra={
            <Select
              size="small"
              aria-label={t('figures.which')}
              value={drawn}
              onChange={(next) => onChange(withFigureChange(filters, { trend: next }))}
              options={FIGURES.map((figure) => ({ value: figure, label: frame.title(figure) }))}
              popupMatchSelectWidth={false}
            />
          }
        />
        <PicturePanel title={t('picture.satisfaction')} help={t('help.satisfaction')} picture={pictures.satisfaction} />
      </div>
      <PicturePanel title={t('picture.units')} help={t('help.units')} picture={pictures.units} />
      <div className={styles.pair}>
        <PicturePanel title={t('picture.pareto')} help={t('help.pareto')} picture={pictures.pareto} />
        <PicturePanel title={t('picture.funnel')} help={t('help.funnel')} picture={pictures.funnel} />
      </div>
      <PicturePanel title={t('picture.clocks')} help={t('help.clocks')} picture={pictures.clocks} />
      <TotalsPanel figures={figures} frame={frame} />
    </>
  );
}
