//! The keys that work on every page.

import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Shortcut, useShortcuts } from '../lib/shortcuts.ts';
import type { Place } from './places.tsx';

export function useGlobalShortcuts(places: Place[], openPalette: () => void, openHelp: () => void): void {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const ways = places.flatMap<Shortcut>((place) =>
    place.keys
      ? [{ keys: place.keys, label: t(place.title), group: 'global', run: () => void navigate({ to: place.to }) }]
      : [],
  );
  useShortcuts([
    { keys: 'mod+k', label: t('palette.open'), group: 'global', inFields: true, run: openPalette },
    { keys: '/', label: t('palette.open'), group: 'global', run: openPalette },
    { keys: '?', label: t('help.title'), group: 'global', run: openHelp },
    ...ways,
  ]);
}
