//! What differs between two versions of a scenario, rule by rule and word by word.

import type { RuleSpec, ScenarioSpec } from './data.ts';

export interface RuleDifference {
  name: string;
  kind: 'added' | 'removed' | 'changed' | 'same';
  before: RuleSpec | undefined;
  after: RuleSpec | undefined;
}

/** The rules of the later version in its order, then those that it no longer has. */
export function differencesOf(before: ScenarioSpec, after: ScenarioSpec): RuleDifference[] {
  const old = new Map(before.rules.map((rule) => [rule.name, rule]));
  const kept = after.rules.map<RuleDifference>((rule) => {
    const was = old.get(rule.name);
    const kind = was === undefined ? 'added' : isSame(was, rule) ? 'same' : 'changed';
    return { name: rule.name, kind, before: was, after: rule };
  });
  const names = new Set(after.rules.map(({ name }) => name));
  const gone = before.rules.filter(({ name }) => !names.has(name));
  return [
    ...kept,
    ...gone.map<RuleDifference>((rule) => ({ name: rule.name, kind: 'removed', before: rule, after: undefined })),
  ];
}

/** Whether two values say the same, whatever the order of their keys. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b)).map(([key, inner]) => [key, sorted(inner)]));
}

export interface Piece {
  text: string;
  kind: 'same' | 'added' | 'removed';
}

/** Texts beyond this are shown whole on both sides: the table grows with the product of their words. */
const WORDS_MAX = 600;
const WORD = /\w+|\s+|./gsu;

/** The pieces that make one text of another, by the longest words that both have in their order. */
export function piecesOf(before: string, after: string): Piece[] {
  const [a, b] = [before.match(WORD) ?? [], after.match(WORD) ?? []];
  if (a.length > WORDS_MAX || b.length > WORDS_MAX) {
    return [
      { text: before, kind: 'removed' },
      { text: after, kind: 'added' },
    ];
  }
  const lengths = tableOf(a, b);
  const pieces: Piece[] = [];
  const put = (text: string, kind: Piece['kind']) => {
    const last = pieces.at(-1);
    if (last?.kind === kind) last.text += text;
    else pieces.push({ text, kind });
  };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [x, y] = [a[i], b[j]];
    if (x !== undefined && x === y) {
      put(x, 'same');
      i += 1;
      j += 1;
    } else if (y === undefined || (x !== undefined && (lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0))) {
      put(x ?? '', 'removed');
      i += 1;
    } else {
      put(y, 'added');
      j += 1;
    }
  }
  return pieces;
}

/** How many words two ends of the texts have in common, in their order. */
function tableOf(a: string[], b: string[]): number[][] {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    const [row, below] = [table[i], table[i + 1]];
    if (!row || !below) continue;
    for (let j = b.length - 1; j >= 0; j -= 1) {
      row[j] = a[i] === b[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return table;
}
