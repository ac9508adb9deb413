//! Which keys work right now, on this page and everywhere.

import { Modal, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { prefer, usePreferences } from '../lib/preferences.ts';
import { type Shortcut, useShortcutList } from '../lib/shortcuts.ts';
import styles from './palette.module.css';

interface ShortcutHelpProps {
  open: boolean;
  onClose: () => void;
}

export function ShortcutHelp({ open, onClose }: ShortcutHelpProps) {
  const { t } = useTranslation();
  const { letterShortcuts } = usePreferences();
  const list = useShortcutList();
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={t('help.title')} width={680} destroyOnHidden>
      <div className={styles.columns}>
        {(['page', 'global'] as const).map((group) => (
          <section key={group}>
            <h3 className={styles.columnTitle}>{t(`help.${group}`)}</h3>
            <dl className={styles.keys}>
              {list
                .filter((shortcut) => shortcut.group === group && shortcut.keys !== '')
                .map((shortcut) => (
                  <Row key={shortcut.keys + shortcut.label} shortcut={shortcut} />
                ))}
            </dl>
          </section>
        ))}
      </div>
      <div className={styles.toggle}>
        <Switch
          size="small"
          checked={letterShortcuts}
          onChange={(on) => prefer({ letterShortcuts: on })}
          aria-label={t('help.letters')}
        />
        <span>{t('help.letters')}</span>
      </div>
    </Modal>
  );
}

interface RowProps {
  shortcut: Shortcut;
}

function Row({ shortcut }: RowProps) {
  return (
    <div className={styles.key}>
      <dt>
        {shortcut.keys.split(' ').map((key) => (
          <kbd key={key}>{key.replace('mod+', 'Ctrl ').replace('alt+', 'Alt ')}</kbd>
        ))}
      </dt>
      <dd>{shortcut.label}</dd>
    </div>
  );
}
