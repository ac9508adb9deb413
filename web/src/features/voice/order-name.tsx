//! An order by its title and step, where only its id is known.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { orderQuery } from './data.ts';
import styles from './guesses.module.css';
import { StageTag } from './stage-tag.tsx';

/** An order that the reader may not see is named by its id alone. */
export function OrderName({ id }: { id: string }) {
  const { data } = useQuery({ ...orderQuery(id), retry: false });
  if (!data) return <span className={styles.quiet}>{id}</span>;
  return (
    <div className={styles.line}>
      <Link to="/orders/$order" params={{ order: id }} className={styles.grow}>
        {data.title}
      </Link>
      <StageTag stage={data.stage} />
    </div>
  );
}
