//! The first page: my day for who handles matters, else the first place that the person may go to.

import { Navigate } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { holds, useSession } from '../api/session.ts';
import { Pending } from './pending.tsx';
import { placesFor } from './places.tsx';

const DayPage = lazy(async () => ({ default: (await import('../features/voice/day/day-page.tsx')).DayPage }));

export function First() {
  const session = useSession();
  if (holds(session, 'voice.order.see')) {
    return (
      <Suspense fallback={<Pending />}>
        <DayPage />
      </Suspense>
    );
  }
  const next = placesFor(session).find((place) => place.to !== '/');
  return <Navigate to={next?.to ?? '/account'} replace />;
}
