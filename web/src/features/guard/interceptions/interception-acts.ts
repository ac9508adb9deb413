//! The acts on an interception as a page offers them: the server's word on each, in our order, with our keys.

import { useTranslation } from 'react-i18next';
import type { Act } from '../../../parts/actions-panel.tsx';
import type { Interception } from '../data.ts';
import { stateOf } from './acts.ts';
import { entryOf, VERB_NAMES, type VerbName } from './verbs.ts';

export function useActs(interception: Interception): Act<VerbName>[] {
  const { t } = useTranslation('guard');
  return VERB_NAMES.map((verb) => {
    const { key, isStep = false } = entryOf(verb);
    return { verb, label: t(`verb.${verb}`), key, isStep, ...stateOf(interception, verb) };
  });
}
