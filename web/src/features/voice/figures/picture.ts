//! What a picture and the table beside it have in common: one list of cells, each with the orders behind it.

import type { EChartsCoreOption } from '../../../ui/chart-engine.ts';
import type { Behind } from './filters.ts';

export interface Cell {
  text: string;
  /** As a number for a file, where it is one. */
  raw?: number | null;
  /** The orders behind it. */
  behind?: Behind;
}

export interface PictureTable {
  columns: string[];
  rows: Cell[][];
}

export interface Picture {
  option: EChartsCoreOption;
  table: PictureTable;
  height: number;
  /** The orders behind what was clicked: by series and place. */
  behind: (series: number, index: number) => Behind | undefined;
}

/** The table for a file: numbers as numbers. */
export function rowsOf({ columns, rows }: PictureTable): (string | number | null)[][] {
  return [columns, ...rows.map((row) => row.map((cell) => (cell.raw === undefined ? cell.text : cell.raw)))];
}
