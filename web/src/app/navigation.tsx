//! The navigation at the left: the places of this person, narrow or wide.

import { DoubleLeftOutlined, DoubleRightOutlined } from '@ant-design/icons';
import { Link } from '@tanstack/react-router';
import { Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { prefer, usePreferences } from '../lib/preferences.ts';
import styles from './navigation.module.css';
import { GROUPS, type Place } from './places.tsx';

interface NavigationProps {
  places: Place[];
}

export function Navigation({ places }: NavigationProps) {
  const { t } = useTranslation();
  const { narrowNavigation: isNarrow } = usePreferences();
  const fold = isNarrow ? t('shell.widen') : t('shell.narrow');
  return (
    <nav className={isNarrow ? `${styles.nav} ${styles.narrow}` : styles.nav} aria-label={t('shell.navigation')}>
      <div className={styles.brand}>
        <img src="/icon.svg" alt="" width={24} height={24} />
        {isNarrow ? null : <span>{t('shell.brand')}</span>}
      </div>
      <div className={styles.groups}>
        {GROUPS.map((group) => {
          const mine = places.filter((place) => place.group === group);
          return mine.length === 0 ? null : (
            <div key={group} className={styles.group}>
              <div className={styles.groupTitle} id={`nav-${group}`}>
                {t(`group.${group}`)}
              </div>
              <ul aria-labelledby={`nav-${group}`}>
                {mine.map((place) => (
                  <li key={place.to}>
                    <PlaceLink place={place} isNarrow={isNarrow} />
                  </li>
                ))}
              </ul>
            </div>
          );
        })}
      </div>
      <button
        type="button"
        className={styles.fold}
        onClick={() => prefer({ narrowNavigation: !isNarrow })}
        aria-label={fold}
        aria-expanded={!isNarrow}
      >
        {isNarrow ? <DoubleRightOutlined /> : <DoubleLeftOutlined />}
        {isNarrow ? null : <span>{fold}</span>}
      </button>
    </nav>
  );
}

interface PlaceLinkProps {
  place: Place;
  isNarrow: boolean;
}

function PlaceLink({ place, isNarrow }: PlaceLinkProps) {
  const { t } = useTranslation();
  const title = t(place.title);
  const link = (
    <Link
      to={place.to}
      className={styles.link}
      activeProps={{ className: styles.active, 'aria-current': 'page' }}
      activeOptions={{ exact: place.to === '/', includeSearch: false }}
      aria-label={isNarrow ? title : undefined}
    >
      <span className={styles.icon} aria-hidden="true">
        {place.icon}
      </span>
      {isNarrow ? null : <span className={styles.text}>{title}</span>}
    </Link>
  );
  return isNarrow ? (
    <Tooltip title={title} placement="right">
      {link}
    </Tooltip>
  ) : (
    link
  );
}
