import { fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Column, LongTable, stepOf } from './long-table.tsx';

interface Row {
  id: string;
}

const ROWS: Row[] = Array.from({ length: 100_000 }, (_, at) => ({ id: `r${at}` }));
const COLUMNS: Column<Row>[] = [{ key: 'id', title: 'Id', width: '1fr', cell: (row) => row.id }];

// The document of the tests lays nothing out; the table is told that it is 400 pixels high.
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(400);
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(800);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(400);
});
afterEach(() => vi.restoreAllMocks());

interface TableProps {
  rows?: Row[];
  onOpen?: (row: Row) => void;
  onNearEnd?: () => void;
  onSelect?: (key: string) => void;
  /** The active row, where the page says which it is. */
  standing?: string;
}

const nothing = () => undefined;

function Table({ rows = ROWS, onOpen = nothing, onNearEnd = nothing, onSelect, standing }: TableProps) {
  const [own, setActive] = useState<string>();
  return (
    <LongTable<Row>
      label="rows"
      columns={COLUMNS}
      rows={rows}
      keyOf={(row) => row.id}
      rowHeight={40}
      active={standing ?? own}
      onActive={setActive}
      onOpen={onOpen}
      onNearEnd={onNearEnd}
      foot={null}
      {...(onSelect ? { selected: new Set<string>(), onSelect } : {})}
    />
  );
}

const drawn = () => screen.getAllByRole('row').slice(1);
const activeKey = () => document.querySelector('[role=row][tabindex="0"]')?.getAttribute('data-key');

describe('a long table', () => {
  it('draws the rows in sight of a hundred thousand', () => {
    render(<Table />);
    expect(drawn().length).toBeGreaterThan(9);
    expect(drawn().length).toBeLessThan(60);
    expect(screen.queryByText('r500')).toBeNull();
  });

  it('is walked through with the keys and opened with Enter', () => {
    const onOpen = vi.fn();
    const onSelect = vi.fn();
    render(<Table onOpen={onOpen} onSelect={onSelect} />);
    const grid = screen.getByRole('grid');
    fireEvent.keyDown(grid, { key: 'ArrowDown' });
    expect(activeKey()).toBe('r0');
    fireEvent.keyDown(grid, { key: 'ArrowDown' });
    fireEvent.keyDown(grid, { key: 'ArrowDown' });
    fireEvent.keyDown(grid, { key: 'ArrowUp' });
    expect(activeKey()).toBe('r1');
    fireEvent.keyDown(grid, { key: 'ArrowUp' });
    fireEvent.keyDown(grid, { key: 'ArrowUp' });
    expect(activeKey()).toBe('r0');
    fireEvent.keyDown(grid, { key: 'Enter' });
    expect(onOpen).toHaveBeenCalledExactlyOnceWith({ id: 'r0' });
    fireEvent.keyDown(grid, { key: ' ' });
    expect(onSelect).toHaveBeenCalledExactlyOnceWith('r0');
  });

  it('keeps the row in sight that keys of the page made the active one', () => {
    const scrolled = vi.spyOn(HTMLElement.prototype, 'scrollTo').mockImplementation(nothing);
    vi.spyOn(Element.prototype, 'scrollHeight', 'get').mockReturnValue(40 * ROWS.length);
    const { rerender } = render(<Table standing="r3" />);
    scrolled.mockClear();
    rerender(<Table standing="r500" />);
    const where = scrolled.mock.calls.at(-1)?.[0] as unknown as ScrollToOptions;
    expect(where.top).toBeGreaterThan(40 * 480);
    expect(where.top).toBeLessThan(40 * 501);
    // Rows that come at the head move nothing under the reader.
    scrolled.mockClear();
    rerender(<Table standing="r500" rows={[{ id: 'new' }, ...ROWS]} />);
    expect(scrolled).not.toHaveBeenCalled();
  });

  it('asks for more before its end, and not at its beginning', () => {
    const early = vi.fn();
    render(<Table onNearEnd={early} />).unmount();
    expect(early).not.toHaveBeenCalled();
    const late = vi.fn();
    render(<Table rows={ROWS.slice(0, 20)} onNearEnd={late} />);
    expect(late).toHaveBeenCalled();
  });

  it('opens on a double click and leaves a single one to choose', () => {
    const onOpen = vi.fn();
    render(<Table onOpen={onOpen} />);
    const row = screen.getByText('r3');
    fireEvent.click(row, { detail: 1 });
    expect(onOpen).not.toHaveBeenCalled();
    expect(activeKey()).toBe('r3');
    fireEvent.click(row, { detail: 2 });
    expect(onOpen).toHaveBeenCalledExactlyOnceWith({ id: 'r3' });
  });
});

describe('a key', () => {
  it.each([
    ['PageDown', 12],
    ['PageUp', -12],
    ['Home', -900],
    ['End', 900],
    ['x', undefined],
  ])('%s moves by %s', (key, step) => {
    expect(stepOf(key, 12, 900)).toBe(step);
  });
});
