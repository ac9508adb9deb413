//! What may be done now, the next step first; what may not be done is there too, with the reason the server gives.

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Shortcut, useShortcuts } from '../../../lib/shortcuts.ts';
import { Nothing } from '../../../parts/loaded.tsx';
import { Key } from '../../../ui/key.tsx';
import { Panel } from '../../../ui/panel.tsx';
import type { Order } from '../data.ts';
import { stateOf } from './acts.ts';
import styles from './order-page.module.css';
import { entryOf, VERB_NAMES, type VerbName } from './verbs.ts';

interface ActionsPanelProps {
  order: Order;
  onAct: (verb: VerbName) => void;
}

export function ActionsPanel({ order, onAct }: ActionsPanelProps) {
  const { t } = useTranslation('voice');
  const [isOpen, setOpen] = useState(false);
  const known = VERB_NAMES.map((verb) => ({ verb, ...stateOf(order, verb) }));
  const allowed = known.filter((one) => one.allowed);
  const steps = allowed.filter((one) => entryOf(one.verb).isStep);
  const others = allowed.filter((one) => !entryOf(one.verb).isStep);
  const refused = known.filter((one) => !one.allowed);
  useShortcuts(
    allowed.flatMap<Shortcut>(({ verb }) => {
      const { key } = entryOf(verb);
      return key ? [{ keys: key, label: t(`verb.${verb}`), group: 'page', run: () => onAct(verb) }] : [];
    }),
  );
  return (
    <Panel title={t('actions.title')} flush>
      {allowed.length === 0 ? <Nothing>{t('actions.none')}</Nothing> : null}
      <div className={styles.actions}>
        {[...steps, ...others].map(({ verb }) => (
          <Action key={verb} verb={verb} isNext={steps.some((step) => step.verb === verb)} onAct={onAct} />
        ))}
        <button type="button" className={styles.action} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <span className={styles.quiet}>{t(isOpen ? 'actions.less' : 'actions.more', { count: refused.length })}</span>
        </button>
        {isOpen
          ? refused.map(({ verb, reason }) => (
              <button key={verb} type="button" className={styles.action} aria-disabled="true">
                <span>
                  {t(`verb.${verb}`)}
                  <span className={styles.why}>{reason}</span>
                </span>
              </button>
            ))
          : null}
      </div>
    </Panel>
  );
}

interface ActionProps {
  verb: VerbName;
  isNext: boolean;
  onAct: (verb: VerbName) => void;
}

function Action({ verb, isNext, onAct }: ActionProps) {
  const { t } = useTranslation('voice');
  const { key } = entryOf(verb);
  return (
    <button
      type="button"
      className={isNext ? `${styles.action} ${styles.next}` : styles.action}
      aria-keyshortcuts={key}
      onClick={() => onAct(verb)}
    >
      <span className={styles.grow}>{t(`verb.${verb}`)}</span>
      {key ? <Key>{key.toUpperCase()}</Key> : null}
    </button>
  );
}
