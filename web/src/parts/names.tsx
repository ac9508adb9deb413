//! The names of colleagues and units that answers mention by id, asked for together and kept.

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../api/client.ts';
import { batched } from '../lib/batch.ts';

/** As many as the server names at once. */
const AT_ONCE_MAX = 100;
/** A colleague changes name or unit seldom. */
const FRESH_MS = 10 * 60_000;

interface StaffName {
  name: string;
  unit: string;
}

const askStaff = batched<StaffName>(async (ids) => {
  const { staff } = await ok(api.GET('/api/people/names', { params: { query: { staff: ids.join(',') } } }));
  return new Map(staff.map((one) => [one.id, { name: one.name, unit: one.unit_name }]));
}, AT_ONCE_MAX);

const askUnit = batched<string>(async (codes) => {
  const { units } = await ok(api.GET('/api/people/names', { params: { query: { units: codes.join(',') } } }));
  return new Map(units.map((one) => [one.code, one.name]));
}, AT_ONCE_MAX);

/** A colleague by id. */
function useStaff(id: string | undefined) {
  return useQuery({
    queryKey: ['people', 'name', id],
    queryFn: async () => (await askStaff(id ?? '')) ?? null,
    enabled: id !== undefined,
    staleTime: FRESH_MS,
  });
}

interface ActorNameProps {
  /** An actor reference: `staff:st_…`, `program:voice`, `customer:…`, `system:tk_…`; or a bare `st_…`. */
  actor: string;
  /** Also the unit, for colleagues. */
  withUnit?: boolean;
}

/** Who did something, in words. */
export function ActorName({ actor, withUnit = false }: ActorNameProps) {
  const { t } = useTranslation();
  const [kind, id] = actor.includes(':') ? (actor.split(':', 2) as [string, string]) : ['staff', actor];
  const { data } = useStaff(kind === 'staff' ? id : undefined);
  if (kind === 'staff') {
    if (!data) return <span title={id}>{t('actor.staff')}</span>;
    return <span title={data.unit}>{withUnit ? `${data.name} · ${data.unit}` : data.name}</span>;
  }
  if (kind === 'program') return <span>{t('actor.program')}</span>;
  if (kind === 'customer') return <span>{t('actor.customer')}</span>;
  if (kind === 'system') return <span title={id}>{t('actor.system')}</span>;
  return <span>{t('actor.other')}</span>;
}

/** The last part of a place: `/HO/WEST/` is `WEST`. */
export function codeOf(path: string): string {
  return path.split('/').filter(Boolean).at(-1) ?? path;
}

interface UnitNameProps {
  /** A place of the organisation: `/HO/WEST/`. */
  path: string;
}

/** The name of the unit at a place, or its code until that is known. */
export function UnitName({ path }: UnitNameProps) {
  const code = codeOf(path);
  const { data } = useQuery({
    queryKey: ['people', 'unit name', code],
    queryFn: async () => (await askUnit(code)) ?? null,
    staleTime: FRESH_MS,
  });
  return <span title={path}>{data ?? code}</span>;
}
