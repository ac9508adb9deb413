//! The parts of ECharts that pictures here use, and no more. Loaded when the first picture is shown.

import { BarChart, FunnelChart, HeatmapChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from 'echarts/components';
import { type EChartsCoreOption, type EChartsType, init, use } from 'echarts/core';
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers';

use([
  BarChart,
  FunnelChart,
  HeatmapChart,
  LineChart,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  VisualMapComponent,
  CanvasRenderer,
  SVGRenderer,
]);

export type { EChartsCoreOption, EChartsType };

/** A picture in an element. Canvas, since drawings in SVG carry styles that the page's policy refuses. */
export function draw(host: HTMLElement): EChartsType {
  return init(host, undefined, { renderer: 'canvas' });
}

/** The picture as a drawing of a size, for a file. */
export function drawingOf(option: EChartsCoreOption, width: number, height: number): string {
  const chart = init(null, undefined, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ ...option, animation: false });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}
