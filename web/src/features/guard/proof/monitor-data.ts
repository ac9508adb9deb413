//! What the page of monitoring asks for: the figures of a period beside a reference period, and the alarms.

import { queryOptions } from '@tanstack/react-query';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { pages } from '../../../parts/pages.ts';
import type { Span } from './filters.ts';

export type Monitoring = Schemas['MonitoringBody'];
export type Alarm = Schemas['AlarmBody'];
export type Share = Schemas['ShareBody'];

const DAY_MS = 86_400_000;
/** What is watched is counted some seconds behind. */
const LOOK_MS = 30_000;
const PAGE_ROWS = 20;

export function monitoringQuery(days: Span) {
  return queryOptions({
    queryKey: ['guard', 'monitoring', days],
    queryFn: ({ signal }) => {
      const from = new Date(Date.now() - days * DAY_MS).toISOString();
      return ok(api.GET('/api/guard/monitoring', { params: { query: { from } }, signal }));
    },
    refetchInterval: LOOK_MS,
  });
}

/** Alarms, newest first. */
export const alarmPages = {
  ...pages<Alarm>(['guard', 'alarms'], (after) => {
    const query = { limit: PAGE_ROWS, only_open: false, ...(after ? { after } : {}) };
    return ok(api.GET('/api/guard/alarms', { params: { query } }));
  }),
  refetchInterval: LOOK_MS,
};
