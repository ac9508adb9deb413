//! The command palette: every place and command by a few typed letters, without the mouse.

import { useNavigate } from '@tanstack/react-router';
import { Modal } from 'antd';
import { type ReactNode, useDeferredValue, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcutList } from '../lib/shortcuts.ts';
import styles from './palette.module.css';
import type { Place } from './places.tsx';

/** Something to choose. */
export interface Command {
  id: string;
  label: string;
  icon?: ReactNode;
  keys?: string;
  run: () => void;
}

interface PaletteProps {
  open: boolean;
  places: Place[];
  onClose: () => void;
}

/** Commands shown at once: what fits without scrolling on a small screen. */
const SHOWN_MAX = 12;

export function Palette({ open, places, onClose }: PaletteProps) {
  const { t } = useTranslation();
  return (
    <Modal
      open={open}
      onCancel={onClose}
      footer={null}
      closable={false}
      title={<span className="sr-only">{t('palette.open')}</span>}
      width={560}
      style={{ top: 72 }}
      styles={{ container: { padding: 0 }, header: { margin: 0 } }}
      destroyOnHidden
    >
      <Search places={places} onClose={onClose} />
    </Modal>
  );
}

/** Whether all typed words occur, so that «ord new» finds «New order». */
export function fits(label: string, typed: string): boolean {
  const text = label.toLowerCase();
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

interface SearchProps {
  places: Place[];
  onClose: () => void;
}

function Search({ places, onClose }: SearchProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  const list = useId();
  const commands = useCommands(places, useDeferredValue(typed)).slice(0, SHOWN_MAX);
  const at = Math.min(chosen, commands.length - 1);
  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    command.run();
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setChosen((at + step + commands.length) % Math.max(commands.length, 1));
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      run(commands[at]);
    }
  };
  return (
    <div>
      <input
        className={styles.input}
        // biome-ignore lint/a11y/noAutofocus: the palette is opened in order to type
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={commands[at] ? `${list}-${at}` : undefined}
        aria-label={t('palette.open')}
        placeholder={t('palette.placeholder')}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div className={styles.list} role="listbox" id={list} aria-label={t('palette.open')}>
        {commands.map((command, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the input that owns this list
          <div
            key={command.id}
            id={`${list}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            className={index === at ? `${styles.option} ${styles.chosen}` : styles.option}
            onMouseMove={() => setChosen(index)}
            onClick={() => run(command)}
          >
            <span className={styles.icon}>{command.icon}</span>
            <span className={styles.label}>{command.label}</span>
            {command.keys ? <kbd>{command.keys}</kbd> : null}
          </div>
        ))}
      </div>
      {commands.length === 0 ? <p className={styles.none}>{t('palette.none')}</p> : null}
    </div>
  );
}

function useCommands(places: Place[], typed: string): Command[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const shortcuts = useShortcutList();
  const ways = places.map<Command>((place) => ({
    id: place.to,
    label: t('palette.go', { place: t(place.title) }),
    icon: place.icon,
    ...(place.keys ? { keys: place.keys } : {}),
    run: () => void navigate({ to: place.to }),
  }));
  const onPage = shortcuts
    .filter((shortcut) => shortcut.group === 'page')
    .map<Command>((shortcut) => ({
      id: `page ${shortcut.keys} ${shortcut.label}`,
      label: shortcut.label,
      ...(shortcut.keys ? { keys: shortcut.keys } : {}),
      run: shortcut.run,
    }));
  return [...onPage, ...ways].filter((command) => fits(command.label, typed.trim()));
}
