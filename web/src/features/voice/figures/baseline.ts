//! What is usual for a month: the mean of the months before it and two standard deviations to each side.
//!
//! A description of the past, not a test: it says where a month is worth a look.

export interface Band {
  low: number;
  high: number;
}

/** Months that a band looks back on. */
const MONTHS_MAX = 12;
/** Fewer months than this say nothing about what is usual. */
export const MONTHS_MIN = 6;
/** Standard deviations to each side of the mean. */
const DEVIATIONS = 2;

/** The band of each month from those before it; none where too few of them have a value. */
export function bandsOf(values: (number | undefined)[], first: number): (Band | undefined)[] {
  return values.slice(first).map((_, offset) => {
    const at = first + offset;
    const before = values.slice(Math.max(0, at - MONTHS_MAX), at).filter((value) => value !== undefined);
    if (before.length < MONTHS_MIN) return undefined;
    const mean = before.reduce((sum, value) => sum + value, 0) / before.length;
    const variance = before.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (before.length - 1);
    const reach = DEVIATIONS * Math.sqrt(variance);
    return { low: Math.max(0, mean - reach), high: mean + reach };
  });
}
