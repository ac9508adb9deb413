//! What came back: opened again, or a return visit that was not satisfied.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Loaded, Nothing } from '../../../parts/loaded.tsx';
import { MoodTag } from '../../../ui/mood.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { dayQuery } from '../data.ts';
import { StageTag } from '../stage-tag.tsx';
import styles from './day-page.module.css';

export function UnhappyPanel() {
  const { t } = useTranslation('voice');
  const query = useQuery(dayQuery);
  return (
    <Panel title={t('day.unhappy')} flush>
      <Loaded query={query} isEmpty={(day) => day.unhappy.length === 0} empty={<Nothing>{t('day.noUnhappy')}</Nothing>}>
        {(day) => (
          <ul className={styles.list}>
            {day.unhappy.map((row) => (
              <li key={row.id}>
                <Link to="/orders/$order" params={{ order: row.id }} className={styles.title}>
                  {row.title}
                </Link>
                <div className={styles.quiet}>
                  <StageTag stage={row.stage} />{' '}
                  {row.round > 1 ? <MoodTag mood="soon">{t('flag.reopened')}</MoodTag> : null}{' '}
                  {row.satisfaction ? t(`satisfaction.${row.satisfaction as 1 | 2 | 3 | 4 | 5}`) : ''}
                  {` · ${row.name_masked}`}
                </div>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  );
}
