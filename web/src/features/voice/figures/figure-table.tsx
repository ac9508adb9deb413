//! A table of figures whose numbers lead to their orders.

import { Link } from '@tanstack/react-router';
import styles from './figures.module.css';
import type { Cell, PictureTable } from './picture.ts';

interface FigureTableProps {
  label: string;
  table: PictureTable;
}

export function FigureTable({ label, table }: FigureTableProps) {
  return (
    <table className={styles.table} aria-label={label}>
      <thead>
        <tr>
          {table.columns.map((column, at) => (
            <th key={column} scope="col" className={at === 0 ? undefined : styles.number}>
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.rows.map(([first, ...others], at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name and are never moved
          <tr key={at}>
            <th scope="row">{first ? <CellText cell={first} /> : null}</th>
            {others.map((cell, column) => (
              <td key={table.columns[column + 1]} className={styles.number}>
                <CellText cell={cell} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function CellText({ cell }: { cell: Cell }) {
  if (!cell.behind) return <>{cell.text}</>;
  return (
    <Link to="/figures/orders" search={cell.behind} preload={false}>
      {cell.text}
    </Link>
  );
}
