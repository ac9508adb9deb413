//! The verbs as the reader meets them: in which order, by which key, and with which form.

import type { ComponentType } from 'react';
import type { Verb } from './acts.ts';
import { AttachForm } from './attach-form.tsx';
import { JudgeAbnormalForm } from './forms-abnormal.tsx';
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
  AddMemberForm,
  PutInChargeForm,
  RemoveMemberForm,
  ReportMajorForm,
  SetSpeakerForm,
  TickPlanForm,
} from './forms-group.tsx';
import { InviteVisitForm, JudgeFactsForm } from './forms-later.tsx';
import {
  CloseLeadForm,
  DeclineLeadForm,
  DemandMoreForm,
  InstructForm,
  ProposeLeadForm,
  ReportInstructionForm,
  TakeLeadForm,
} from './forms-lead.tsx';
import { FindReviewForm, RequestReviewForm, TakeReviewForm } from './forms-review.tsx';
import { CalmForm, CorrectForm, MarkUrgentForm, RouteForm } from './forms-route.tsx';
import {
  AcceptMediationForm,
  AgreeMediationForm,
  AnswerRepaymentForm,
  DeclineMediationForm,
  FailMediationForm,
  PerformMediationForm,
  ProposeRepaymentForm,
  ReferMediationForm,
} from './forms-settling.tsx';
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

/**
 * In the order in which an order usually goes. Every act of the server's description has its form here, else types say so;
 * a file is sent in another form than the rest.
 */
export const VERBS = {
  register: { form: RegisterForm, key: 'a', isStep: true },
  decline: { form: DeclineForm, isWide: true },
  classify: { form: ClassifyForm, key: 'c', isStep: true },
  route: { form: RouteForm, isStep: true },
  assign: { form: AssignForm, key: 's', isStep: true },
  accept: { form: AcceptForm, key: 't', isStep: true },
  contact: { form: ContactForm, key: 'p' },
  note: { form: NoteForm, key: 'n' },
  attach: { form: AttachForm, key: 'f' },
  mark_urgent: { form: MarkUrgentForm, key: 'u' },
  calm: { form: CalmForm, key: 'o' },
  report_instruction: { form: ReportInstructionForm, isStep: true, isWide: true },
  take_lead: { form: TakeLeadForm, isStep: true },
  instruct: { form: InstructForm, isStep: true },
  demand_more: { form: DemandMoreForm },
  close_lead: { form: CloseLeadForm, isStep: true },
  decline_lead: { form: DeclineLeadForm },
  propose_lead: { form: ProposeLeadForm },
  put_in_charge: { form: PutInChargeForm, isStep: true },
  report_major: { form: ReportMajorForm, isStep: true },
  tick_plan: { form: TickPlanForm, isStep: true },
  open_task: { form: OpenTaskForm, key: 'i' },
  answer_task: { form: AnswerTaskForm, key: 'w', isStep: true, isWide: true },
  cancel_task: { form: CancelTaskForm },
  propose_extension: { form: ProposeExtensionForm, key: 'e' },
  approve_extension: { form: ApproveExtensionForm, key: 'y', isStep: true },
  refuse_extension: { form: RefuseExtensionForm },
  recall_extension: { form: RecallExtensionForm },
  pause: { form: PauseForm, key: 'z' },
  resume: { form: ResumeForm, key: 'm' },
  decide: { form: DecideForm, key: 'd', isStep: true, isWide: true },
  propose_award: { form: ProposeAwardForm },
  approve_award: { form: ApproveAwardForm, isStep: true },
  refuse_award: { form: RefuseAwardForm },
  recall_award: { form: RecallAwardForm },
  refer_mediation: { form: ReferMediationForm },
  accept_mediation: { form: AcceptMediationForm, isStep: true },
  decline_mediation: { form: DeclineMediationForm },
  agree_mediation: { form: AgreeMediationForm, isStep: true },
  fail_mediation: { form: FailMediationForm },
  perform_mediation: { form: PerformMediationForm, isStep: true },
  propose_repayment: { form: ProposeRepaymentForm },
  answer_repayment: { form: AnswerRepaymentForm, isStep: true },
  judge_facts: { form: JudgeFactsForm },
  take_review: { form: TakeReviewForm, isStep: true },
  find_review: { form: FindReviewForm, isStep: true, isWide: true },
  notify: { form: NotifyForm, key: 'l', isStep: true },
  report_back: { form: ReportBackForm, key: 'b', isStep: true },
  visit: { form: VisitForm, key: 'v', isStep: true },
  invite_visit: { form: InviteVisitForm },
  find_cause: { form: FindCauseForm, key: 'r' },
  request_review: { form: RequestReviewForm },
  close: { form: CloseForm, key: 'x', isStep: true },
  withdraw: { form: WithdrawForm },
  name_representative: { form: NameRepresentativeForm },
  add_member: { form: AddMemberForm },
  remove_member: { form: RemoveMemberForm },
  set_speaker: { form: SetSpeakerForm },
  amend: { form: AmendForm },
  correct: { form: CorrectForm },
  retype: { form: RetypeForm },
  recuse: { form: RecuseForm },
  judge_abnormal: { form: JudgeAbnormalForm },
  link: { form: LinkForm },
  unlink: { form: UnlinkForm },
  reopen: { form: ReopenForm, isStep: true },
} as const satisfies Record<Verb | 'attach', VerbEntry>;

export type VerbName = keyof typeof VERBS;

export const VERB_NAMES = Object.keys(VERBS) as VerbName[];

export function entryOf(verb: VerbName): VerbEntry {
  return VERBS[verb];
}

export function isVerb(word: string | undefined): word is VerbName {
  return word !== undefined && Object.hasOwn(VERBS, word);
}
