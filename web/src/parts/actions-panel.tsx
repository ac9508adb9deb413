//! What may be done now, the next step first; what may not be done is there too, with the reason the server gives.

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Shortcut, useShortcuts } from '../lib/shortcuts.ts';
import { Key } from '../ui/key.tsx';
import { Panel } from '../ui/panel.tsx';
import styles from './actions-panel.module.css';
import { Nothing } from './loaded.tsx';

/** Something that can be done, or not. */
export interface Act<V extends string> {
  verb: V;
  label: string;
  allowed: boolean;
  reason: string | undefined;
  /** One letter on the page. */
  key: string | undefined;
  /** Leads the matter to its end; the others are done on the way. */
  isStep: boolean;
}

interface ActionsPanelProps<V extends string> {
  /** In the order in which they usually come. */
  acts: Act<V>[];
  onAct: (verb: V) => void;
}

export function ActionsPanel<V extends string>({ acts, onAct }: ActionsPanelProps<V>) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const allowed = acts.filter((one) => one.allowed);
  const refused = acts.filter((one) => !one.allowed);
  useShortcuts(
    allowed.map<Shortcut>(({ verb, label, key = '' }) => ({ keys: key, label, group: 'page', run: () => onAct(verb) })),
  );
  return (
    <Panel title={t('actions.title')} flush>
      {allowed.length === 0 ? <Nothing>{t('actions.none')}</Nothing> : null}
      <div className={styles.actions}>
        {[...allowed.filter((one) => one.isStep), ...allowed.filter((one) => !one.isStep)].map((act) => (
          <Action key={act.verb} act={act} onAct={onAct} />
        ))}
        {refused.length > 0 ? (
          <button type="button" className={styles.action} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            <span className={styles.quiet}>
              {t(isOpen ? 'actions.less' : 'actions.more', { count: refused.length })}
            </span>
          </button>
        ) : null}
        {isOpen
          ? refused.map(({ verb, label, reason }) => (
              <button key={verb} type="button" className={styles.action} aria-disabled="true">
                <span>
                  {label}
                  <span className={styles.why}>{reason}</span>
                </span>
              </button>
            ))
          : null}
      </div>
    </Panel>
  );
}

interface ActionProps<V extends string> {
  act: Act<V>;
  onAct: (verb: V) => void;
}

function Action<V extends string>({ act, onAct }: ActionProps<V>) {
  return (
    <button
      type="button"
      className={act.isStep ? `${styles.action} ${styles.next}` : styles.action}
      aria-keyshortcuts={act.key}
      onClick={() => onAct(act.verb)}
    >
      <span className={styles.grow}>{act.label}</span>
      {act.key ? <Key>{act.key.toUpperCase()}</Key> : null}
    </button>
  );
}
