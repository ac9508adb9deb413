//! Where each kind of list is taken in, and who may. Knows no component: the navigation reads it too.

import { holds, holdsEverywhere, type Session } from '../api/session.ts';

const IMPORT_PLACES = [
  {
    to: '/imports/people',
    title: 'imports.people',
    permissions: ['people.unit.import', 'people.staff.manage', 'people.customer.edit'],
    holds: holdsEverywhere,
  },
  { to: '/imports/complaints', title: 'imports.complaints', permissions: ['voice.past.take'], holds: holdsEverywhere },
  { to: '/imports/regulator', title: 'imports.regulator', permissions: ['voice.list.take'], holds },
] as const;

/** The kinds of lists that the person may take in: two of them concern the whole bank, and are refused to all others. */
export function importPlacesFor(session: Session) {
  return IMPORT_PLACES.filter((place) => place.permissions.some((one) => place.holds(session, one)));
}
