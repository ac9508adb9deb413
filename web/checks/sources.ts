//! The source files as the checks read them.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface SourceFile {
  /** From `web/src`, with slashes. */
  path: string;
  text: string;
}

export const ROOT = join(import.meta.dirname, '..');

/** Every TypeScript file below `web/src` that is neither generated nor for tests. */
export function sourceFiles(): SourceFile[] {
  const files: SourceFile[] = [];
  const walk = (folder: string) => {
    for (const name of readdirSync(folder).sort()) {
      const place = join(folder, name);
      if (statSync(place).isDirectory()) {
        if (name !== 'testing') walk(place);
      } else if (/\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name) && !name.endsWith('.d.ts')) {
        files.push({ path: relative(join(ROOT, 'src'), place), text: readFileSync(place, 'utf8') });
      }
    }
  };
  walk(join(ROOT, 'src'));
  return files;
}
