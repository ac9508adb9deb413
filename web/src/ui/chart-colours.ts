//! The colours of pictures, light and dark. Neighbouring shades differ in lightness too, for those who see no hue.

export interface ChartColours {
  ground: string;
  text: string;
  line: string;
  grid: string;
  main: string;
  second: string;
  third: string;
  quiet: string;
  band: string;
  worse: string;
  better: string;
  /** The middle of a scale from better to worse. */
  even: string;
}

const LIGHT: ChartColours = {
  ground: '#ffffff',
  text: '#47525a',
  line: '#aab5bc',
  grid: '#e1e6e9',
  main: '#17627f',
  second: '#c98a1b',
  third: '#6f9a52',
  quiet: '#c6d0d6',
  band: 'rgba(23, 98, 127, 0.14)',
  worse: '#e08a7d',
  better: '#8fbfd2',
  even: '#f4f6f7',
};

const DARK: ChartColours = {
  ground: '#161c1f',
  text: '#b9c3c9',
  line: '#5a6870',
  grid: '#273035',
  main: '#5aa9c8',
  second: '#d9a13b',
  third: '#8cb56f',
  quiet: '#43515a',
  band: 'rgba(90, 169, 200, 0.20)',
  worse: '#8e3d36',
  better: '#24566b',
  even: '#20292d',
};

export function chartColours(isDark: boolean): ChartColours {
  return isDark ? DARK : LIGHT;
}

/** What every picture of ours has in common. */
export function chartBase(colours: ChartColours) {
  return {
    backgroundColor: colours.ground,
    textStyle: { color: colours.text, fontFamily: 'inherit' },
    color: [colours.main, colours.second, colours.third, colours.quiet],
    // Drawn on the canvas: tooltips of markup carry styles that the page's policy refuses.
    tooltip: { renderMode: 'richText' as const, confine: true, trigger: 'item' as const },
  };
}

export function chartAxis(colours: ChartColours) {
  return {
    axisLine: { lineStyle: { color: colours.line } },
    axisTick: { show: false },
    axisLabel: { color: colours.text, fontSize: 12, hideOverlap: true },
    splitLine: { lineStyle: { color: colours.grid } },
  };
}
