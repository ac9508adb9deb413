//! The colours and measures of the workbench. Ant Design's own greys for hints are too pale to read; ours are not.

import { theme as antd, type ThemeConfig } from 'antd';
import type { Density } from '../lib/preferences.ts';

const FONT =
  "-apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', sans-serif";

/** Text on light ground: each shade keeps at least 4.5 to 1 against the greyest ground it stands on. */
const LIGHT: ThemeConfig['token'] = {
  colorPrimary: '#17627f',
  colorInfo: '#17627f',
  colorLink: '#12597a',
  colorSuccess: '#2a7540',
  colorWarning: '#8f5b00',
  colorError: '#b3332b',
  colorText: '#1c2328',
  colorTextSecondary: '#47525a',
  colorTextTertiary: '#5b666e',
  colorTextDescription: '#5b666e',
  colorTextPlaceholder: '#646f77',
  colorTextQuaternary: '#68737b',
  colorBgLayout: '#f3f5f6',
  colorBorder: '#c3ccd2',
  colorBorderSecondary: '#e1e6e9',
};

const DARK: ThemeConfig['token'] = {
  // Ant Design darkens it for grounds; white on that keeps 4.5 to 1.
  colorPrimary: '#3588ab',
  colorInfo: '#3a93b8',
  colorLink: '#7cc0dd',
  colorSuccess: '#58b374',
  colorWarning: '#d9a13b',
  colorError: '#ee7a70',
  colorBgBase: '#12171a',
  colorText: '#e4e9ec',
  colorTextSecondary: '#b9c3c9',
  colorTextTertiary: '#9fabb2',
  colorTextDescription: '#9fabb2',
  colorTextPlaceholder: '#95a1a8',
  colorTextQuaternary: '#919da4',
  colorBgLayout: '#0e1315',
  colorBgContainer: '#161c1f',
  colorBgElevated: '#1d2529',
  colorBorder: '#3b474e',
  colorBorderSecondary: '#273035',
};

/** The theme for Ant Design; the same names are CSS variables (`--ant-color-text`) in our own style sheets. */
export function themeOf(isDark: boolean, density: Density): ThemeConfig {
  const isCompact = density === 'compact';
  const algorithms = [isDark ? antd.darkAlgorithm : antd.defaultAlgorithm];
  return {
    algorithm: algorithms,
    cssVar: { key: 'xiaobao' },
    hashed: false,
    token: {
      ...(isDark ? DARK : LIGHT),
      fontFamily: FONT,
      fontSize: isCompact ? 13 : 14,
      controlHeight: isCompact ? 28 : 32,
      sizeUnit: isCompact ? 3 : 4,
      borderRadius: 5,
      // Pages answer at once; nothing slides in.
      motion: false,
      wireframe: false,
    },
    components: {
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', fontWeight: 500 },
      Modal: { titleFontSize: 16 },
      Form: { itemMarginBottom: isCompact ? 12 : 16, verticalLabelPadding: '0 0 4px' },
      Menu: { itemBorderRadius: 5, activeBarBorderWidth: 0 },
      Tooltip: { maxWidth: 420 },
    },
  };
}
