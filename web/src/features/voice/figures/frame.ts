//! What every picture is made with: the filters, the reader's language, colours and words; and its cells.

import type { Language } from '../../../lib/language.ts';
import { plotted, quantityText } from '../../../lib/quantity.ts';
import type { ChartColours } from '../../../ui/chart-colours.ts';
import type { FigureValue } from './data.ts';
import type { Behind, Dimension, Figure, FigureFilters } from './filters.ts';
import type { Cell } from './picture.ts';

/** What every builder needs to speak and to draw. */
export interface Frame {
  filters: FigureFilters;
  language: Language;
  colours: ChartColours;
  /** The words of the pictures. */
  say: (word: Word) => string;
  title: (figure: Figure) => string;
}

export type Word =
  | 'month'
  | 'usual'
  | 'partial'
  | 'reason'
  | 'share'
  | 'cumulative'
  | 'others'
  | 'clock'
  | 'kept'
  | 'missed'
  | 'undecided'
  | 'step'
  | 'reached'
  | 'answered'
  | 'closed'
  | 'rated'
  | 'ratings'
  | 'satisfied'
  | 'unit';

/** The link behind one figure of one group. */
export function behindGroup(frame: Frame, figure: Figure, by: Dimension, key: string, part?: Behind['part']): Behind {
  return { ...frame.filters, figure, by, key, ...(part ? { part } : {}) };
}

export function figureCell(frame: Frame, value: FigureValue | undefined, behind: Behind | undefined): Cell {
  if (!value) return { text: '—', raw: null };
  const isKnown = value.value !== null && value.value !== undefined;
  return {
    text: quantityText(value.value, value.unit, frame.language),
    raw: isKnown ? plotted(value.value ?? 0, value.unit) : null,
    ...(isKnown && behind ? { behind } : {}),
  };
}

export function countCell(frame: Frame, count: number, behind?: Behind): Cell {
  const text = quantityText(count, 'orders', frame.language);
  return { text, raw: count, ...(behind && count > 0 ? { behind } : {}) };
}
