//! What a first visit costs: the script that an entry needs before it shows anything, as it travels.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ROOT } from './sources.ts';

/** The portal is opened on old telephones with a weak signal: three seconds at 400 kbit/s. */
const PORTAL_BYTES_MAX = 150 * 1024;
/** The workbench is opened once in the morning on the bank's own network, and kept by the browser. */
const WORKBENCH_BYTES_MAX = 450 * 1024;

interface Chunk {
  file: string;
  imports?: string[];
  dynamicImports?: string[];
}

const pages = join(ROOT, 'dist/pages');
const manifestFile = join(pages, 'manifest.json');

function manifest(): Record<string, Chunk> {
  if (!existsSync(manifestFile)) throw new Error('the pages are not built; run `npm run build`');
  return JSON.parse(readFileSync(manifestFile, 'utf8')) as Record<string, Chunk>;
}

/** The chunks that are loaded with one, and the ones that it always asks for at once. */
function needed(all: Record<string, Chunk>, key: string, found = new Set<string>()): Set<string> {
  const chunk = all[key];
  if (!chunk || found.has(key)) return found;
  found.add(key);
  for (const next of chunk.imports ?? []) needed(all, next, found);
  return found;
}

function bytesOf(all: Record<string, Chunk>, keys: Iterable<string>): number {
  let total = 0;
  for (const key of keys) {
    const file = all[key]?.file ?? '';
    if (file.endsWith('.js')) total += gzipSync(readFileSync(join(pages, file))).length;
  }
  return total;
}

/** An entry with the words of one language, without which it shows nothing. */
function firstVisit(all: Record<string, Chunk>, entry: string, words: string): Set<string> {
  expect(all[entry], entry).toBeDefined();
  expect(all[words], words).toBeDefined();
  return needed(all, words, needed(all, entry));
}

describe('the first visit', () => {
  it.each([
    ['portal.html', 'src/i18n/portal.zh.ts', PORTAL_BYTES_MAX],
    ['portal.html', 'src/i18n/portal.en.ts', PORTAL_BYTES_MAX],
    ['index.html', 'src/i18n/workbench.zh.ts', WORKBENCH_BYTES_MAX],
    ['index.html', 'src/i18n/workbench.en.ts', WORKBENCH_BYTES_MAX],
  ])('of %s with %s stays within its budget', (entry, words, most) => {
    const all = manifest();
    expect(bytesOf(all, firstVisit(all, entry, words))).toBeLessThanOrEqual(most);
  });

  it('of the portal brings no code of the workbench', () => {
    const all = manifest();
    const keys = [...firstVisit(all, 'portal.html', 'src/i18n/portal.zh.ts')];
    expect(keys.filter((key) => /src\/(app|features|parts|ui)\//.test(key))).toEqual([]);
    const text = keys.map((key) => readFileSync(join(pages, all[key]?.file ?? ''), 'utf8')).join('\n');
    expect(text).not.toMatch(/(?<![a-z])ant-/);
  });
});
