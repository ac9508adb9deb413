//! A picture of figures. It knows nothing of where they come from; beside it stands a table with the same figures, which
//! is what a screen reader and the keyboard use.

import { type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import styles from './chart.module.css';
import type { EChartsCoreOption, EChartsType } from './chart-engine.ts';

/** What was clicked: the series and the place in it, as the option lists them. */
export interface Pick {
  series: number;
  index: number;
}

export interface ChartHandle {
  /** The picture as a file; nothing until it is drawn. */
  file: (kind: 'png' | 'svg') => Promise<Blob | undefined>;
}

interface ChartProps {
  ref?: Ref<ChartHandle>;
  option: EChartsCoreOption;
  /** What the picture shows, in a sentence. */
  label: string;
  height: number;
  onPick?: (pick: Pick) => void;
}

/** Pixels of the file for each of the screen, so that it stays sharp on paper. */
const FILE_SCALE = 2;

export function Chart({ ref, option, label, height, onPick }: ChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<EChartsType>();
  const picked = useRef(onPick);
  picked.current = onPick;

  useEffect(() => {
    let made: EChartsType | undefined;
    let isGone = false;
    void import('./chart-engine.ts').then(({ draw }) => {
      if (isGone || !host.current) return;
      made = draw(host.current);
      made.on('click', (event) => {
        const { seriesIndex, dataIndex } = event as { seriesIndex?: number; dataIndex?: number };
        if (seriesIndex !== undefined && dataIndex !== undefined) {
          picked.current?.({ series: seriesIndex, index: dataIndex });
        }
      });
      setChart(made);
    });
    const observer = new ResizeObserver(() => made?.resize());
    if (host.current) observer.observe(host.current);
    return () => {
      isGone = true;
      observer.disconnect();
      made?.dispose();
      setChart(undefined);
    };
  }, []);

  useEffect(() => {
    chart?.setOption({ ...option, animation: false }, { notMerge: true });
  }, [chart, option]);

  useImperativeHandle(ref, () => ({
    file: async (kind) => {
      if (!chart) return undefined;
      if (kind === 'svg') {
        const { drawingOf } = await import('./chart-engine.ts');
        return new Blob([drawingOf(option, chart.getWidth(), chart.getHeight())], { type: 'image/svg+xml' });
      }
      const ground = option.backgroundColor;
      const url = chart.getDataURL({
        type: 'png',
        pixelRatio: FILE_SCALE,
        ...(typeof ground === 'string' ? { backgroundColor: ground } : {}),
      });
      const bytes = Uint8Array.from(atob(url.slice(url.indexOf(',') + 1)), (char) => char.charCodeAt(0));
      return new Blob([bytes], { type: 'image/png' });
    },
  }));

  return <div ref={host} role="img" aria-label={label} className={styles.chart} style={{ height }} />;
}
