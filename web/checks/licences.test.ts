//! What ends in the pages may be passed on by a bank without terms of its own: docs/adr/0006 for npm.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './sources.ts';

/** The list of xtask/src/tidy/licences.rs, as far as npm's packages use it. */
const GOOD = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
]);

interface Locked {
  dev?: boolean;
  devOptional?: boolean;
  optional?: boolean;
  license?: string;
}

describe('the shipped packages', () => {
  it('ask for no more than notice', () => {
    const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, Locked>;
    };
    const shipped = Object.entries(lock.packages).filter(
      ([path, { dev, devOptional }]) => path && !dev && !devOptional,
    );
    expect(shipped.length).toBeGreaterThan(50);
    const bad = shipped.filter(
      ([, { license }]) => !license?.split(' OR ').some((one) => GOOD.has(one.replace(/[()]/g, ''))),
    );
    expect(bad.map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
  });

  it('are fetched from the public registry and nowhere else', () => {
    const lock = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
    const sources = [...lock.matchAll(/"resolved": "([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(sources.filter((source) => !source.startsWith('https://registry.npmjs.org/'))).toEqual([]);
  });
});
