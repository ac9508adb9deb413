//! The page of imports: the first kind of list that the person may take in.

import { Navigate } from '@tanstack/react-router';
import { holds, useSession } from '../api/session.ts';
import { IMPORT_PLACES } from '../parts/import-places.ts';

export function Imports() {
  const session = useSession();
  const mine = IMPORT_PLACES.find(({ permissions }) => permissions.some((one) => holds(session, one)));
  return <Navigate to={mine?.to ?? '/account'} replace />;
}
