//! The verbs as the reader meets them: in which order, by which key, and with which form.

import type { ComponentType } from 'react';
import type { FormProps } from './act-form.tsx';
import type { Verb } from './acts.ts';
import { ReportForm, SettleForm, VisitForm } from './forms-ending.tsx';
import { AppealForm, DelayForm, LiftForm, LimitForm, ReleaseForm, RevokeForm, WaiveForm } from './forms-money.tsx';
import { CallPoliceForm, CallRelativeForm, NoteForm, SignRefusalForm } from './forms-talk.tsx';

interface VerbEntry {
  form: ComponentType<FormProps>;
  /** One letter on the page. */
  key?: string;
  /** Leads an interception to its end; the others are done on the way. */
  isStep?: true;
}

/** In the order in which an interception usually goes. Answers are given in the dialogue; every other act has its form here. */
export const VERBS = {
  call_relative: { form: CallRelativeForm, key: 'f' },
  call_police: { form: CallPoliceForm, key: 'p' },
  delay: { form: DelayForm, key: 'd' },
  revoke: { form: RevokeForm, key: 'u' },
  waive: { form: WaiveForm },
  release: { form: ReleaseForm },
  sign_refusal: { form: SignRefusalForm, key: 's' },
  settle: { form: SettleForm, key: 'x', isStep: true },
  visit: { form: VisitForm, key: 'v', isStep: true },
  report: { form: ReportForm },
  limit: { form: LimitForm },
  appeal: { form: AppealForm },
  lift: { form: LiftForm },
  note: { form: NoteForm, key: 'n' },
} as const satisfies Record<Exclude<Verb, 'answer'>, VerbEntry>;

export type VerbName = keyof typeof VERBS;

export const VERB_NAMES = Object.keys(VERBS) as VerbName[];

export function entryOf(verb: VerbName): VerbEntry {
  return VERBS[verb];
}
