//! Over the queue while orders are picked: how many, all that fit, and what can be done to them at once.

import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { BulkVerb } from './actions.ts';
import styles from './bulk.module.css';
import type { Selection } from './selection.ts';

interface BulkBarProps {
  selection: Selection;
  verbs: BulkVerb[];
  onVerb: (verb: BulkVerb) => void;
}

export function BulkBar({ selection, verbs, onVerb }: BulkBarProps) {
  const { t } = useTranslation('voice');
  const { isAll, orders, picked } = selection;
  return (
    <div role="status" className={styles.region}>
      {picked ? (
        <div className={styles.bar}>
          <strong>{isAll ? t('bulk.all') : t('bulk.picked', { count: orders.size })}</strong>
          {isAll ? null : (
            <Button size="small" type="link" onClick={selection.pickAll}>
              {t('bulk.pickAll')}
            </Button>
          )}
          {verbs.map((verb) => (
            <Button key={verb} size="small" onClick={() => onVerb(verb)}>
              {t(`verb.${verb}`)}
            </Button>
          ))}
          <Button size="small" type="text" onClick={selection.clear}>
            {t('bulk.clear')}
          </Button>
        </div>
      ) : null}
    </div>
  );
}
