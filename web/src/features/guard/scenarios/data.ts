//! What the pages of scenarios ask for, the shape of what a version says, and where a fault of it lies.

import { queryOptions } from '@tanstack/react-query';
import { api, ok, type Schemas } from '../../../api/client.ts';
import type { FieldFault } from '../../../lib/problem.ts';
import type { TwoLanguages } from '../../../lib/text.ts';
import { pages } from '../../../parts/pages.ts';
import type { Outcome } from '../data.ts';
import { useRenewed } from '../renewed.ts';
import type { ScenarioFilters } from './filters.ts';

export type Scenario = Schemas['ScenarioBody'];
export type ScenarioState = Scenario['state'];

export interface RuleSpec {
  name: string;
  when: string;
  points?: number;
  outcome?: Outcome;
  lasts?: string;
  reason: TwoLanguages;
  dialogue?: string[];
}

export interface Threshold {
  score: number;
  outcome: Outcome;
  lasts?: string;
}

/** What a version says; the server reads it strictly and refuses what it does not know. */
export interface ScenarioSpec {
  name: string;
  title: TwoLanguages;
  events?: string[];
  unless?: string;
  rules: RuleSpec[];
  thresholds?: Threshold[];
  model_points?: number;
}

export function specOf(scenario: Scenario): ScenarioSpec {
  return scenario.spec as unknown as ScenarioSpec;
}

/** What a form holds, without what was left empty: the server tells nothing apart from an empty text. */
export function cleaned(spec: ScenarioSpec): ScenarioSpec {
  return strip(spec) as ScenarioSpec;
}

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, inner]) => inner !== undefined && inner !== null && inner !== '');
  return Object.fromEntries(kept.map(([key, inner]) => [key, strip(inner)]));
}

const ALL = ['guard', 'scenarios'] as const;
const PAGE_ROWS = 50;

/** Versions, newest first. */
export function scenarioPages({ name, state }: ScenarioFilters) {
  return pages<Scenario>([...ALL, 'list', name ?? null, state ?? null], (after) => {
    const query = {
      limit: PAGE_ROWS,
      ...(name ? { name } : {}),
      ...(state ? { state } : {}),
      ...(after ? { after } : {}),
    };
    return ok(api.GET('/api/guard/scenarios', { params: { query } }));
  });
}

export function scenarioQuery(id: string) {
  return queryOptions({
    queryKey: [...ALL, 'one', id],
    queryFn: ({ signal }) => ok(api.GET('/api/guard/scenarios/{id}', { params: { path: { id } }, signal })),
  });
}

function body(spec: ScenarioSpec): Schemas['DraftScenarioRequest'] {
  return { spec: spec as unknown as Schemas['DraftScenarioRequest']['spec'] };
}

/** Whether it compiles; a problem that is thrown tells each fault with its place. */
export async function check(spec: ScenarioSpec): Promise<void> {
  await ok(api.POST('/api/guard/scenarios/check', { body: body(spec) }));
}

/** What is done with versions; every list of them is asked for again. */
export function useScenarioActs() {
  const renewed = useRenewed(ALL);
  return {
    draft: (spec: ScenarioSpec) => renewed(ok(api.POST('/api/guard/scenarios', { body: body(spec) }))),
    revise: ({ id, version }: Scenario, spec: ScenarioSpec) =>
      renewed(
        ok(
          api.POST('/api/guard/scenarios/{id}/revise', { params: { path: { id } }, body: { version, ...body(spec) } }),
        ),
      ),
    approve: ({ id, version }: Scenario) =>
      renewed(ok(api.POST('/api/guard/scenarios/{id}/approve', { params: { path: { id } }, body: { version } }))),
    retire: ({ id, version }: Scenario, reason: string) =>
      renewed(
        ok(api.POST('/api/guard/scenarios/{id}/retire', { params: { path: { id } }, body: { version, reason } })),
      ),
  };
}

/** A fault at a field of the form. */
export interface PlacedFault {
  name: (string | number)[];
  detail: string;
  /** The stretch of the expression that is meant, in characters from zero. */
  stretch: [start: number, end: number] | undefined;
}

const STRETCH = /\[(\d+)–(\d+)\]/;

/** Where a fault lies: `/spec/rules/3/when` is the field `['rules', 3, 'when']`. */
export function placed(fault: FieldFault): PlacedFault {
  const parts = fault.pointer.split('/').slice(2);
  const found = STRETCH.exec(fault.detail);
  return {
    name: parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
    detail: fault.detail.replace(STRETCH, '').replaceAll(/\s+/g, ' ').trim(),
    stretch: found ? [Number(found[1]), Number(found[2])] : undefined,
  };
}
