//! Where somebody can go: the navigation and the command palette read the same list.
//!
//! A place is shown to who holds its permission somewhere. The server decides again on every request.

import { UserOutlined } from '@ant-design/icons';
import type { ParseKeys } from 'i18next';
import type { ReactNode } from 'react';
import { holds, type Session } from '../api/session.ts';

export interface Place {
  to: string;
  title: ParseKeys<'common'>;
  icon: ReactNode;
  group: 'work' | 'oversee' | 'manage' | 'own';
  /** Any of these opens the way; none means everybody. */
  permissions: string[];
  /** The keys that lead there. */
  keys?: string;
}

export const PLACES: Place[] = [
  { to: '/account', title: 'place.account', icon: <UserOutlined />, group: 'own', permissions: [], keys: 'g a' },
];

export const GROUPS = ['work', 'oversee', 'manage'] as const;

/** The places for this person, in the order of the list. */
export function placesFor(session: Session): Place[] {
  return PLACES.filter(
    (place) => place.permissions.length === 0 || place.permissions.some((permission) => holds(session, permission)),
  );
}
