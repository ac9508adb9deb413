//! Who may import whom: `lib` ← `ui`, `api` ← `parts` ← `features` ← `app`; features never each other; the portal alone.

import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sourceFiles } from './sources.ts';

/** What each layer may import of the others. */
const MAY: Record<string, string[]> = {
  lib: ['lib'],
  i18n: ['lib', 'i18n'],
  api: ['lib', 'api'],
  ui: ['lib', 'ui'],
  parts: ['lib', 'ui', 'api', 'parts', 'i18n'],
  features: ['lib', 'ui', 'api', 'parts', 'i18n', 'features'],
  app: ['lib', 'ui', 'api', 'parts', 'i18n', 'features', 'app'],
  // Customers' telephones load nothing of the workbench.
  portal: ['lib', 'api', 'i18n', 'portal'],
  testing: ['i18n', 'lib', 'api'],
};

/** Packages that a layer must not know. */
const MUST_NOT: Record<string, RegExp> = {
  lib: /^(antd|@ant-design|@tanstack|echarts|react-i18next)/,
  ui: /^(@tanstack\/react-(router|query)|react-i18next)/,
  api: /^(antd|@tanstack|echarts)/,
  portal: /^(antd|@ant-design|@tanstack|echarts|dayjs)/,
};

interface Import {
  from: string;
  to: string;
}

function imports(): Import[] {
  const found: Import[] = [];
  for (const { path, text } of sourceFiles()) {
    for (const match of text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)) {
      const to = match[1] ?? '';
      found.push({ from: path, to: to.startsWith('.') ? normalize(join(dirname(path), to)) : to });
    }
  }
  return found;
}

const layerOf = (path: string) => path.split('/')[0] ?? '';

/** What is wrong with one import; nothing when it is right. */
function faultOf({ from, to }: Import): string | undefined {
  const layer = layerOf(from);
  const isOwn = !to.includes('node_modules') && Object.hasOwn(MAY, layerOf(to)) && /\.(tsx?|css|json)$/.test(to);
  if (!isOwn) return MUST_NOT[layer]?.test(to) ? `${from}: ${layer} must not know ${to}` : undefined;
  const target = layerOf(to);
  if (!MAY[layer]?.includes(target)) return `${from}: ${layer} must not import ${to}`;
  const [room, otherRoom] = [from.split('/')[1], to.split('/')[1]];
  if (layer === 'features' && target === 'features' && room !== otherRoom) {
    return `${from}: a feature never imports another (${to})`;
  }
  return undefined;
}

describe('layers', () => {
  it('are kept by every import', () => {
    const all = imports();
    expect(all.length).toBeGreaterThan(100);
    expect(all.map(faultOf).filter((fault) => fault !== undefined)).toEqual([]);
  });

  it('would notice an import that breaks them', () => {
    for (const [from, to] of [
      ['ui/panel.tsx', 'api/client.ts'],
      ['ui/panel.tsx', '@tanstack/react-query'],
      ['features/voice/queue.tsx', 'features/people/roles.ts'],
      ['portal/main.tsx', 'ui/panel.tsx'],
      ['portal/main.tsx', 'antd'],
      ['lib/time.ts', 'api/session.ts'],
    ] as const) {
      expect(faultOf({ from, to }), `${from} → ${to}`).toBeDefined();
    }
  });

  it('hold every file', () => {
    const strangers = sourceFiles().filter(({ path }) => !Object.hasOwn(MAY, layerOf(path)));
    expect(strangers.map(({ path }) => path)).toEqual([]);
  });
});
