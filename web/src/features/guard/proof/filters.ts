//! The filters of proofs: the same in the URL and in the question to the server.

import type { Schemas } from '../../../api/client.ts';
import { OUTCOMES, type Outcome } from '../data.ts';

type Known = Schemas['Known'];

export const KNOWN = ['fraud', 'genuine'] as const satisfies Known[];

export interface BacktestFilters {
  /** Only backtests of this version; a new one is of it too. */
  scenario?: string;
  /** The form of a new one is open. */
  start?: true;
}

export interface DifferenceFilters {
  known?: Known;
  live?: Outcome;
  candidate?: Outcome;
}

export function readBacktestFilters(given: Record<string, unknown>): BacktestFilters {
  const { scenario, start } = given;
  return {
    ...(typeof scenario === 'string' && /^sc_\w+$/.test(scenario) ? { scenario } : {}),
    ...(start === true ? { start } : {}),
  };
}

export function readDifferenceFilters(given: Record<string, unknown>): DifferenceFilters {
  const known = KNOWN.find((one) => one === given.known);
  const live = OUTCOMES.find((one) => one === given.live);
  const candidate = OUTCOMES.find((one) => one === given.candidate);
  return { ...(known ? { known } : {}), ...(live ? { live } : {}), ...(candidate ? { candidate } : {}) };
}

/** Periods that are offered, in days. */
export const SPANS = [1, 7, 28] as const;
export type Span = (typeof SPANS)[number];

export interface MonitorFilters {
  /** Days of the period; one when absent. */
  days?: Span;
}

export function readMonitorFilters(given: Record<string, unknown>): MonitorFilters {
  const days = SPANS.find((one) => one === given.days);
  return days === undefined || days === 1 ? {} : { days };
}
