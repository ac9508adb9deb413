//! The faults that the server found, at the fields of the form.

import type { PlacedFault } from './data.ts';

/** What is wrong at a field, for the form to show under it. */
export function faultAt(faults: PlacedFault[], ...name: (string | number)[]): PlacedFault | undefined {
  const place = name.join('/');
  return faults.find((fault) => fault.name.join('/') === place);
}

/** The marks of a field that has a fault. */
export function marksOf(fault: PlacedFault | undefined) {
  return fault ? { validateStatus: 'error' as const, help: fault.detail } : {};
}
