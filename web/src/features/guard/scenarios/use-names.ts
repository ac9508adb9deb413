//! The names that an expression may ask, as the server knows them: fields, features, parameters, lists, functions.

import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Schemas } from '../../../api/client.ts';
import { namesQuery } from '../data.ts';
import type { Named } from './completion.ts';

/** What a method is called on stands before its name; `math` is no value. */
const METHOD = /^(?!math\.)[a-z]+\.\w+\(/;

export function useNames(): Named[] {
  const { data } = useQuery(namesQuery);
  return useMemo(() => (data ?? []).map(named), [data]);
}

export function named({ name, kind, signature, title }: Schemas['NameBody']): Named {
  const told = signature ?? kind;
  return { name, title, ...(told ? { kind: told } : {}), isMethod: METHOD.test(signature ?? '') };
}
