//! What the president's page asks for and what a president does to a matter.

import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { instantOf } from '../../../lib/time.ts';
import { type Order, orderQuery } from '../data.ts';

export type Glance = Schemas['GlanceBody'];

export interface GlanceFilters {
  unit?: string;
  year?: number;
}

export function readGlanceFilters(given: Record<string, unknown>): GlanceFilters {
  const { unit, year } = given;
  return {
    ...(typeof unit === 'string' && unit.startsWith('un_') ? { unit } : {}),
    ...(typeof year === 'number' && Number.isInteger(year) ? { year } : {}),
  };
}

const GLANCE = ['voice', 'lead glance'] as const;

export function glanceQuery(filters: GlanceFilters) {
  return queryOptions({
    queryKey: [...GLANCE, filters],
    queryFn: ({ signal }) => ok(api.GET('/api/voice/leads/glance', { params: { query: filters }, signal })),
  });
}

/** In the order in which a matter goes. */
export const LEAD_VERBS = ['take_lead', 'decline_lead', 'instruct', 'demand_more', 'close_lead'] as const;
export type LeadVerb = (typeof LEAD_VERBS)[number];

/** What the forms of all these acts hold together; each shows its own. */
export interface LeadFields {
  why?: string;
  text?: string;
  unit?: string;
  number?: number;
  /** A day; the act is due at its end. */
  due?: string;
}

function endOf(day: string | undefined): string {
  return instantOf(`${day ?? ''}T23:59:59`);
}

function request(verb: LeadVerb, id: string, version: number, fields: LeadFields) {
  const params = { params: { path: { id } } };
  const { why = '', text = '', unit = '', number = 0, due } = fields;
  switch (verb) {
    case 'take_lead':
      return api.POST('/api/voice/orders/{id}/take_lead', { ...params, body: { version } });
    case 'decline_lead':
      return api.POST('/api/voice/orders/{id}/decline_lead', { ...params, body: { version, why } });
    case 'instruct':
      return api.POST('/api/voice/orders/{id}/instruct', {
        ...params,
        body: { version, text, unit, due: endOf(due) },
      });
    case 'demand_more':
      return api.POST('/api/voice/orders/{id}/demand_more', {
        ...params,
        body: { version, number, text, due: endOf(due) },
      });
    case 'close_lead':
      return api.POST('/api/voice/orders/{id}/close_lead', { ...params, body: { version, why } });
  }
}

/** Acts on a matter as its president; the page and the order show what came of it. */
export function useLead(order: Order) {
  const queries = useQueryClient();
  const { id, version } = order;
  return useCallback(
    async (verb: LeadVerb, fields: LeadFields) => {
      try {
        await ok(request(verb, id, version, fields));
      } finally {
        await queries.invalidateQueries({ queryKey: orderQuery(id).queryKey });
        void queries.invalidateQueries({ queryKey: GLANCE });
      }
    },
    [queries, id, version],
  );
}
