//! Both languages say the same things, nothing is said that no page says, and no page says anything by itself.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { ROOT, sourceFiles } from './sources.ts';

type Entries = Map<string, string>;

function flatten(value: unknown, prefix: string, into: Entries): void {
  if (typeof value === 'string') into.set(prefix, value);
  else
    for (const [key, inner] of Object.entries(value as object)) flatten(inner, prefix ? `${prefix}.${key}` : key, into);
}

const folder = (language: string) => join(ROOT, 'src/i18n', language);

function words(language: string): Map<string, Entries> {
  const namespaces = new Map<string, Entries>();
  for (const name of readdirSync(folder(language)).sort()) {
    const entries: Entries = new Map();
    flatten(JSON.parse(readFileSync(join(folder(language), name), 'utf8')), '', entries);
    namespaces.set(name.replace('.json', ''), entries);
  }
  return namespaces;
}

const zh = words('zh');
const en = words('en');

/** Chinese has one form for every number; English has two. i18next tells them apart by these endings. */
const FORM = /_(one|other)$/;
const keysOf = (entries: Entries) => [...new Set([...entries.keys()].map((key) => key.replace(FORM, '')))].sort();
const placeholders = (text: string) => [...new Set(text.match(/\{\{\w+\}\}/g) ?? [])].sort();

describe('the two languages', () => {
  it('have the same files and keys', () => {
    expect([...en.keys()]).toEqual([...zh.keys()]);
    for (const [namespace, entries] of zh) {
      expect(keysOf(en.get(namespace) ?? new Map()), namespace).toEqual(keysOf(entries));
    }
  });

  it('fill the same blanks', () => {
    for (const [namespace, entries] of zh) {
      for (const [key, text] of entries) {
        const other = en.get(namespace) ?? new Map<string, string>();
        const base = key.replace(FORM, '');
        const twin = other.get(key) ?? other.get(`${base}_other`) ?? other.get(base) ?? '';
        expect(placeholders(twin), `${namespace}:${key}`).toEqual(placeholders(text));
      }
    }
  });

  it('leave no sentence empty and no Chinese in the English', () => {
    for (const [namespace, entries] of en) {
      for (const [key, text] of entries) {
        expect(text.trim(), `${namespace}:${key}`).not.toBe('');
        // The name of the other language is written in itself, and a few names of the field have no other.
        if (!/\.zh$|Original$/.test(key)) expect(text, `${namespace}:${key}`).not.toMatch(/\p{Script=Han}/u);
      }
    }
  });
});

interface Used {
  keys: Set<string>;
  /** Beginnings of keys whose end is computed: t(`stage.${name}`). */
  beginnings: Set<string>;
}

/** Every text in the sources that could be a key; a key that stands nowhere is asked for nowhere. */
function used(): Used {
  const keys = new Set<string>();
  const beginnings = new Set<string>();
  for (const { path, text } of sourceFiles()) {
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TSX);
    const walk = (node: ts.Node): void => {
      if (ts.isStringLiteralLike(node)) keys.add(node.text.replace(/^\w+:/, ''));
      if (ts.isTemplateExpression(node)) beginnings.add(node.head.text.replace(/^\w+:/, ''));
      ts.forEachChild(node, walk);
    };
    walk(file);
  }
  return { keys, beginnings };
}

describe('the pages', () => {
  it('use every word there is', () => {
    const { keys, beginnings } = used();
    const isUsed = (key: string) =>
      keys.has(key) || [...beginnings].some((head) => /[.]$/.test(head) && key.startsWith(head));
    const idle = [...zh].flatMap(([namespace, entries]) =>
      keysOf(entries)
        .filter((key) => !isUsed(key))
        .map((key) => `${namespace}:${key}`),
    );
    expect(idle).toEqual([]);
  });

  it('say nothing that is not in the words', () => {
    const said: string[] = [];
    for (const { path, text } of sourceFiles()) {
      const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TSX);
      const where = (node: ts.Node) => `${path}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
      const walk = (node: ts.Node): void => {
        const fault = literal(node);
        if (fault) said.push(`${where(node)}: ${fault}`);
        ts.forEachChild(node, walk);
      };
      walk(file);
    }
    expect(said).toEqual([]);
  });
});

/** Attributes that people read or hear. */
const READ = new Set([
  'title',
  'placeholder',
  'label',
  'alt',
  'aria-label',
  'aria-description',
  'description',
  'extra',
]);
/** Names that are the same in every language. */
const NAMES = new Set(['Ctrl K', 'Xiaobao']);

function literal(node: ts.Node): string | undefined {
  if (ts.isJsxText(node) && /\p{L}/u.test(node.text) && !NAMES.has(node.text.trim())) return node.text.trim();
  if (ts.isStringLiteralLike(node) && /\p{Script=Han}/u.test(node.text)) return node.text;
  if (ts.isJsxAttribute(node) && node.initializer && ts.isStringLiteral(node.initializer)) {
    const name = node.name.getText();
    if (READ.has(name) && /\p{L}/u.test(node.initializer.text)) return `${name}="${node.initializer.text}"`;
  }
  return undefined;
}
