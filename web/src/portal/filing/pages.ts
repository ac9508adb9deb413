//! Which questions stand on which page: four pages, or one question a page in the elder edition.

import { minorOf } from '../../lib/money.ts';
import type { Edition } from '../edition.ts';
import type { Draft } from './draft.ts';

export type Question =
  | 'matter'
  | 'title'
  | 'narrative'
  | 'request'
  | 'more'
  | 'photos'
  | 'name'
  | 'phone'
  | 'identity'
  | 'check';

const STANDARD: Question[][] = [
  ['matter', 'title', 'narrative'],
  ['request', 'more', 'photos'],
  ['name', 'phone', 'identity'],
  ['check'],
];

/** The title is made of what is told, and what can be asked on the telephone is not asked here. */
const ELDER: Question[][] = [['matter'], ['narrative'], ['request'], ['photos'], ['name'], ['phone'], ['check']];

export function pagesOf(edition: Edition): Question[][] {
  return edition === 'elder' ? ELDER : STANDARD;
}

/** The page on which a question stands; one that the edition does not ask stands on the last page when something is wrong. */
export function pageOf(edition: Edition, question: Question): number {
  const pages = pagesOf(edition);
  const at = pages.findIndex((page) => page.includes(question));
  return at < 0 ? pages.length - 1 : at;
}

/** Questions that an edition does not ask. What was answered in the other edition may still have to be mended. */
export function unasked(edition: Edition, questions: Question[]): Question[] {
  const asked = pagesOf(edition).flat();
  return [...new Set(questions)].filter((question) => !asked.includes(question));
}

/** The question that a field of the request belongs to, so that a refusal leads back to it. */
export function questionOf(pointer: string): Question {
  switch (pointer) {
    case '/matter':
    case '/title':
    case '/narrative':
    case '/request':
    case '/name':
    case '/phone':
    case '/identity':
      return pointer.slice(1) as Question;
    case '/amount':
    case '/occurred_on':
    case '/account':
    case '/unit_code':
      return 'more';
    default:
      return 'check';
  }
}

/** As long as the server takes a title. */
export const TITLE_CHARS_MAX = 120;
export const NARRATIVE_CHARS_MAX = 20_000;
/** A title made of the first words stays this short. */
const MADE_TITLE_CHARS = 30;

/** The title that was written, else the beginning of what was told. */
export function titleOf({ title, narrative }: Pick<Draft, 'title' | 'narrative'>): string {
  if (title.trim() !== '') return title.trim();
  const first = narrative.trim().split(/[。！？!?\n]/)[0] ?? '';
  return first.length > MADE_TITLE_CHARS ? `${first.slice(0, MADE_TITLE_CHARS - 1)}…` : first;
}

/** What is missing before a page can be left: questions whose answer is needed, or cannot be understood. */
export function missing(questions: Question[], draft: Draft): Question[] {
  return questions.filter((question) => isMissing(question, draft));
}

/** The shortest telephone number there is. */
const PHONE_DIGITS_MIN = 7;

function isMissing(question: Question, draft: Draft): boolean {
  switch (question) {
    case 'matter':
      return draft.matter === undefined;
    case 'title':
    case 'narrative':
    case 'name':
      return draft[question].trim() === '';
    case 'phone':
      return draft.phone.normalize('NFKC').replaceAll(/\D/g, '').length < PHONE_DIGITS_MIN;
    case 'more':
      return draft.amount.trim() !== '' && minorOf(draft.amount) === undefined;
    case 'request':
    case 'photos':
    case 'identity':
    case 'check':
      return false;
  }
}

const RESIDENT_ID = /^\d{6}(\d{4})(\d{2})(\d{2})\d{3}[\dXx]$/;

/** The age on a day, from a resident identity number; nothing when it is none. */
export function ageOf(identity: string, today: Date): number | undefined {
  const found = RESIDENT_ID.exec(identity.trim());
  if (!found) return undefined;
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const hadBirthday = today.getMonth() + 1 > month || (today.getMonth() + 1 === month && today.getDate() >= day);
  return today.getFullYear() - year - (hadBirthday ? 0 : 1);
}
