//! The names of roles and what permissions let one do, from the server's list.

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../api/client.ts';
import { textOf } from '../../lib/text.ts';

/** The roles and what each may do; they change with a release only. */
export function useRoles() {
  return useQuery({
    queryKey: ['people', 'roles'],
    queryFn: () => ok(api.GET('/api/people/roles')),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Gives what a permission lets one do, in the reader's language, or its word until the list is here. */
export function usePermissionTitles(): (permission: string) => string {
  const { i18n } = useTranslation();
  const { data } = useRoles();
  return (permission) => {
    const found = data?.permissions.find((one) => one.permission === permission);
    return found ? textOf(found.title, i18n.language) : permission;
  };
}

/** Gives a role's name in the reader's language, or its word until the list is here. */
export function useRoleTitles(): (role: string) => string {
  const { i18n } = useTranslation();
  const { data } = useRoles();
  return (role) => {
    const found = data?.items.find((one) => one.role === role);
    return found ? textOf(found.title, i18n.language) : role;
  };
}
