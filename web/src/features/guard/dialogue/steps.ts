//! The steps of a dialogue in the order in which they are held, and where one stands among them.

import type { Interception } from '../data.ts';

type Part = Interception['dialogue'][number];
type Given = Interception['answers'][number];

/** One step with the part that it belongs to and the answer that was given, if one was. */
export interface Step {
  part: Part;
  step: Part['steps'][number];
  given: Given | undefined;
}

/** Every step, part by part. */
export function stepsOf({ dialogue, answers }: Pick<Interception, 'dialogue' | 'answers'>): Step[] {
  return dialogue.flatMap((part) =>
    part.steps.map((step) => ({
      part,
      step,
      given: answers.find((one) => one.part === part.name && one.step === step.key),
    })),
  );
}

/** The first step without an answer; behind the last one when there is none. */
export function firstOpen(steps: Step[]): number {
  const at = steps.findIndex((step) => step.given === undefined);
  return at < 0 ? steps.length : at;
}

/** Where one goes after the step at `from` was answered: to the next open one, to one left behind, else past the end. */
export function nextOpen(steps: Step[], from: number): number {
  const isOpen = (at: number) => at !== from && steps[at]?.given === undefined;
  const places = steps.map((_, at) => at).filter(isOpen);
  return places.find((at) => at > from) ?? places[0] ?? steps.length;
}
