//! A table for lists without an end: draws only the rows in sight and asks for more before the last one is reached.
//!
//! Works with the keyboard alone. Knows nothing of where rows come from.

import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useEffect,
  useImperativeHandle,
  useRef,
} from 'react';
import styles from './long-table.module.css';

export interface Column<T> {
  key: string;
  title: ReactNode;
  /** A track of CSS grid: `120px`, `minmax(200px, 2fr)`. */
  width: string;
  align?: 'end';
  cell: (row: T) => ReactNode;
}

export interface LongTableHandle {
  toTop: () => void;
}

interface LongTableProps<T> {
  ref?: Ref<LongTableHandle>;
  label: string;
  columns: Column<T>[];
  rows: T[];
  keyOf: (row: T) => string;
  rowHeight: number;
  /** The row that the keys act on. */
  active: string | undefined;
  onActive: (key: string) => void;
  onOpen: (row: T) => void;
  onNearEnd: () => void;
  /** Under the last row: that more is loading, or that this is the end. */
  foot: ReactNode;
  selected?: ReadonlySet<string>;
  onSelect?: (key: string) => void;
  /** A quiet mark at a row's edge, for instance that it is overdue. */
  markOf?: (row: T) => string | undefined;
  /** How far down it was scrolled when it was left, in pixels. */
  startTop?: number;
  onScroll?: (top: number) => void;
}

/** Rows drawn above and below what is in sight, so that a quick wheel meets no gap. */
const OVERSCAN = 12;
/** The head stays in view above the rows, and pushes them down by its height, which is no more than this. */
const HEAD_PX_MAX = 48;
/** Rows before the end at which more are asked for: one page in advance. */
const NEAR_END = 40;
/** Rows that Page Up and Page Down jump over when the height is not known yet. */
const PAGE_ROWS = 15;

export function LongTable<T>(props: LongTableProps<T>) {
  const { ref, label, columns, rows, keyOf, rowHeight, active, onNearEnd, foot, startTop = 0, onScroll } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    scrollPaddingStart: HEAD_PX_MAX,
    scrollPaddingEnd: HEAD_PX_MAX,
    initialOffset: startTop,
  });
  useImperativeHandle(ref, () => ({ toTop: () => scroller.current?.scrollTo({ top: 0 }) }));
  useEffect(() => {
    // The density changed: every row has another height now.
    if (rowHeight > 0) virtual.measure();
  }, [rowHeight, virtual]);

  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= rows.length - NEAR_END) onNearEnd();
  }, [last, rows.length, onNearEnd]);

  const activeIndex = rows.findIndex((row) => keyOf(row) === active);
  const latest = useRef({ activeIndex, virtual });
  latest.current = { activeIndex, virtual };
  // Keys of the page move the active row too; it stays in sight. Rows that come or change move nothing.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows the row that is meant, not where the row stands
  useEffect(() => {
    if (latest.current.activeIndex >= 0)
      latest.current.virtual.scrollToIndex(latest.current.activeIndex, { align: 'auto' });
  }, [active]);
  const onKeyDown = useRowKeys(props, activeIndex);
  const template = { '--columns': columns.map((column) => column.width).join(' ') } as CSSProperties;
  const pageRows = Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2;

  return (
    <div
      className={styles.scroller}
      ref={scroller}
      style={template}
      onScroll={onScroll ? (event) => onScroll(event.currentTarget.scrollTop) : undefined}
    >
      <div
        role="grid"
        aria-label={label}
        aria-rowcount={-1}
        className={styles.grid}
        onKeyDown={(event) => onKeyDown(event, pageRows > 0 ? pageRows : PAGE_ROWS)}
        tabIndex={activeIndex < 0 ? 0 : -1}
      >
        <div role="rowgroup" className={styles.head}>
          <div role="row" className={styles.row} tabIndex={-1}>
            {columns.map((column) => (
              <div
                role="columnheader"
                key={column.key}
                className={column.align === 'end' ? styles.end : undefined}
                tabIndex={-1}
              >
                {column.title}
              </div>
            ))}
          </div>
        </div>
        <div role="rowgroup" className={styles.body} style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index];
            return row === undefined ? null : (
              <Row
                key={keyOf(row)}
                table={props}
                row={row}
                index={item.index}
                top={item.start}
                isActive={item.index === activeIndex}
              />
            );
          })}
        </div>
      </div>
      <div className={styles.foot}>{foot}</div>
    </div>
  );
}

interface RowProps<T> {
  table: LongTableProps<T>;
  row: T;
  index: number;
  top: number;
  isActive: boolean;
}

function Row<T>({ table, row, index, top, isActive }: RowProps<T>) {
  const { columns, keyOf, rowHeight, selected, onActive, onOpen, markOf } = table;
  const key = keyOf(row);
  const isSelected = selected?.has(key) ?? false;
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const grid = element.current?.closest('[role=grid]');
    // The focus follows the keys; it is not taken from a field somewhere else on the page.
    if (isActive && grid?.contains(document.activeElement)) element.current?.focus({ preventScroll: true });
  }, [isActive]);
  const mark = markOf?.(row);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid handles the keys of its rows
    <div
      ref={element}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected ? isSelected : isActive}
      tabIndex={isActive ? 0 : -1}
      data-key={key}
      className={[styles.row, isActive && styles.active, isSelected && styles.selected].filter(Boolean).join(' ')}
      style={{
        height: rowHeight,
        transform: `translateY(${top}px)`,
        ...(mark ? { boxShadow: `inset 3px 0 ${mark}` } : {}),
      }}
      onClick={(event) => {
        onActive(key);
        const isLink = (event.target as HTMLElement).closest('a, button, input, label');
        if (!isLink && event.detail === 2) onOpen(row);
      }}
    >
      {columns.map((column) => (
        <div role="gridcell" key={column.key} className={column.align === 'end' ? styles.end : undefined} tabIndex={-1}>
          {column.cell(row)}
        </div>
      ))}
    </div>
  );
}

function useRowKeys<T>(table: LongTableProps<T>, activeIndex: number) {
  const { rows, keyOf, onActive, onOpen, onSelect } = table;
  return (event: KeyboardEvent, pageRows: number) => {
    const isField = (event.target as HTMLElement).closest('input, button, a');
    const step = stepOf(event.key, pageRows, rows.length);
    const row = rows[activeIndex];
    if (step !== undefined && rows.length > 0) {
      event.preventDefault();
      const next = Math.min(rows.length - 1, Math.max(0, activeIndex + step));
      const target = rows[next];
      if (target !== undefined) onActive(keyOf(target));
    } else if (event.key === 'Enter' && row !== undefined && !isField) {
      event.preventDefault();
      onOpen(row);
    } else if (event.key === ' ' && row !== undefined && onSelect && !isField) {
      event.preventDefault();
      onSelect(keyOf(row));
    }
  };
}

/** How far a key moves; nothing when it is no key of a list. */
export function stepOf(key: string, pageRows: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return 1;
    case 'ArrowUp':
      return -1;
    case 'PageDown':
      return pageRows;
    case 'PageUp':
      return -pageRows;
    case 'Home':
      return -count;
    case 'End':
      return count;
    default:
      return undefined;
  }
}
