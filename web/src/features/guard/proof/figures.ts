//! Figures of a trial that the pages work out from what the server counted. No rule of the bank is decided here.

import type { Threshold, Trial } from './data.ts';

/** Parts per million from the share that the server tells; nothing where there was nothing to divide by. */
export function ppm(share: number | null | undefined): number | undefined {
  return share === null || share === undefined ? undefined : Math.round(share * 1_000_000);
}

/** What came to one of something, rounded; nothing where there was none. */
export function each(whole: number, by: number): number | undefined {
  return by === 0 ? undefined : Math.round(whole / by);
}

/** Thresholds from the lowest score up, as a slider has them. */
export function risen(thresholds: Threshold[]): Threshold[] {
  return [...thresholds].sort((one, other) => one.score - other.score);
}

/** Where the slider stands first: the threshold whose alerts come nearest to those of the live versions. */
export function startAt(thresholds: Threshold[], live: number): number {
  let best = 0;
  for (const [at, { alerts }] of thresholds.entries()) {
    if (Math.abs(alerts - live) < Math.abs((thresholds[best]?.alerts ?? 0) - live)) best = at;
  }
  return best;
}

/** The matrix as a table: which outcomes occur on either side, and how many went from which to which. */
export function countsOf(matrix: Trial['matrix']): (live: string, candidate: string) => number {
  const counts = new Map(matrix.map(({ live, candidate, count }) => [`${live} ${candidate}`, count]));
  return (live, candidate) => counts.get(`${live} ${candidate}`) ?? 0;
}
