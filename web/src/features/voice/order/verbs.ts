//! The verbs as the reader meets them: in which order, by which key, and with which form.

import type { ComponentType } from 'react';
import { AttachForm } from './attach-form.tsx';
import { DecideForm, DeclineForm, NotifyForm, ReportBackForm, WithdrawForm } from './forms-ending.tsx';
import {
  ApproveAwardForm,
  FindCauseForm,
  ProposeAwardForm,
  RecallAwardForm,
  RecuseForm,
  RefuseAwardForm,
} from './forms-fairness.tsx';
import {
  AcceptForm,
  ApproveExtensionForm,
  CloseForm,
  ContactForm,
  type FormProps,
  NoteForm,
  PauseForm,
  ProposeExtensionForm,
  RecallExtensionForm,
  RefuseExtensionForm,
  RegisterForm,
  ReopenForm,
  ResumeForm,
  RetypeForm,
  VisitForm,
} from './forms-simple.tsx';
import {
  AmendForm,
  AnswerTaskForm,
  AssignForm,
  CancelTaskForm,
  ClassifyForm,
  LinkForm,
  NameRepresentativeForm,
  OpenTaskForm,
  UnlinkForm,
} from './forms-work.tsx';

interface VerbEntry {
  form: ComponentType<FormProps>;
  /** One letter on the order page. */
  key?: string;
  /** The steps that lead an order to its end; the others are done on the way. */
  isStep?: true;
  /** Needs room to write. */
  isWide?: true;
}

/** In the order in which an order usually goes. */
export const VERBS = {
  register: { form: RegisterForm, key: 'a', isStep: true },
  decline: { form: DeclineForm, isWide: true },
  classify: { form: ClassifyForm, key: 'c', isStep: true },
  assign: { form: AssignForm, key: 's', isStep: true },
  accept: { form: AcceptForm, key: 't', isStep: true },
  contact: { form: ContactForm, key: 'p' },
  note: { form: NoteForm, key: 'n' },
  attach: { form: AttachForm, key: 'f' },
  open_task: { form: OpenTaskForm, key: 'i' },
  answer_task: { form: AnswerTaskForm, isStep: true, isWide: true },
  cancel_task: { form: CancelTaskForm },
  propose_extension: { form: ProposeExtensionForm, key: 'e' },
  approve_extension: { form: ApproveExtensionForm, isStep: true },
  refuse_extension: { form: RefuseExtensionForm },
  recall_extension: { form: RecallExtensionForm },
  pause: { form: PauseForm },
  resume: { form: ResumeForm },
  decide: { form: DecideForm, key: 'd', isStep: true, isWide: true },
  propose_award: { form: ProposeAwardForm },
  approve_award: { form: ApproveAwardForm, isStep: true },
  refuse_award: { form: RefuseAwardForm },
  recall_award: { form: RecallAwardForm },
  notify: { form: NotifyForm, key: 'l', isStep: true },
  report_back: { form: ReportBackForm, key: 'b', isStep: true },
  visit: { form: VisitForm, key: 'v', isStep: true },
  find_cause: { form: FindCauseForm, key: 'r' },
  close: { form: CloseForm, key: 'x', isStep: true },
  withdraw: { form: WithdrawForm },
  name_representative: { form: NameRepresentativeForm },
  amend: { form: AmendForm },
  retype: { form: RetypeForm },
  recuse: { form: RecuseForm },
  link: { form: LinkForm },
  unlink: { form: UnlinkForm },
  reopen: { form: ReopenForm, isStep: true },
} as const satisfies Record<string, VerbEntry>;

export type VerbName = keyof typeof VERBS;

export const VERB_NAMES = Object.keys(VERBS) as VerbName[];

export function entryOf(verb: VerbName): VerbEntry {
  return VERBS[verb];
}

export function isVerb(word: string | undefined): word is VerbName {
  return word !== undefined && Object.hasOwn(VERBS, word);
}
