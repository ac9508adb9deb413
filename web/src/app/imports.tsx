//! The page of imports: the first kind of list that the person may take in.

import { Navigate } from '@tanstack/react-router';
import { useSession } from '../api/session.ts';
import { importPlacesFor } from '../parts/import-places.ts';

export function Imports() {
  const [first] = importPlacesFor(useSession());
  return <Navigate to={first?.to ?? '/account'} replace />;
}
