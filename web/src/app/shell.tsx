//! The frame around every page: navigation, commands, looks, and the voice that announces page changes.

import { Outlet, useMatches, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../api/session.ts';
import { Navigation } from './navigation.tsx';
import { OfflineNotice } from './offline-notice.tsx';
import { Palette } from './palette.tsx';
import { placesFor } from './places.tsx';
import styles from './shell.module.css';
import { ShortcutHelp } from './shortcut-help.tsx';
import { TopBar } from './top-bar.tsx';
import { useGlobalShortcuts } from './use-global-shortcuts.ts';

export function Shell() {
  const { t } = useTranslation();
  const places = placesFor(useSession());
  const isBare = useMatches({ select: (matches) => matches.some((match) => match.staticData.isBare) });
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const [isHelpOpen, setHelpOpen] = useState(false);
  useGlobalShortcuts(
    places,
    () => setPaletteOpen(true),
    () => setHelpOpen(true),
  );
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        {t('shell.skip')}
      </a>
      {isBare ? null : <Navigation places={places} />}
      <div className={styles.side}>
        {isBare ? null : <TopBar onSearch={() => setPaletteOpen(true)} onHelp={() => setHelpOpen(true)} />}
        <OfflineNotice />
        <main id="main" className={styles.main} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <RouteVoice />
      <Palette open={isPaletteOpen} places={places} onClose={() => setPaletteOpen(false)} />
      <ShortcutHelp open={isHelpOpen} onClose={() => setHelpOpen(false)} />
    </div>
  );
}

/** After a change of page: says its title to a screen reader and moves the focus to its heading. */
function RouteVoice() {
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const before = useRef(path);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (before.current === path) return;
    const isFirst = before.current === undefined;
    before.current = path;
    if (isFirst) return;
    const frame = requestAnimationFrame(() => {
      const heading = document.querySelector<HTMLElement>('[data-page-heading]');
      // A page may have put the focus where work begins; that is left alone.
      const main = document.getElementById('main');
      if (!main?.contains(document.activeElement) || document.activeElement === main) heading?.focus();
      setSaid(heading?.textContent ?? document.title);
    });
    return () => cancelAnimationFrame(frame);
  }, [path]);
  return (
    <div className="sr-only" role="status" aria-live="polite">
      {said}
    </div>
  );
}
