//! Giving an answer: sent at once, kept until the server has it. A conflict or a lost network loses nothing.

import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { asProblem, type Problem } from '../../../lib/problem.ts';
import { type Interception, interceptionQuery, type Outcome } from '../data.ts';
import { useAct } from '../interceptions/acts.ts';
import type { Step } from './steps.ts';

/** An answer on its way, or one that has not arrived. */
export interface Pending {
  step: Step;
  answer: string;
  /** The version on which it was chosen. */
  version: number;
  problem: Problem | undefined;
}

/** What an answer did. */
export interface Effect {
  before: Outcome;
  after: Outcome;
  left: number;
  /** Tells two equal effects apart, so that both are announced. */
  count: number;
}

export function useAnswering(interception: Interception, onTaken: (step: Step) => void) {
  const act = useAct(interception.id);
  const queries = useQueryClient();
  const [pending, setPending] = useState<Pending>();
  const [effect, setEffect] = useState<Effect>();
  const busy = useRef(false);
  const send = async (step: Step, answer: string) => {
    // Two quick presses of a number are one answer.
    if (busy.current) return;
    busy.current = true;
    const { version, outcome: before } = interception;
    setPending({ step, answer, version, problem: undefined });
    try {
      const given = { part: step.part.name, step: step.step.key, answer };
      const state = await act('answer', given, version);
      setPending(undefined);
      setEffect((last) => ({
        before,
        after: state.outcome,
        left: state.steps_left,
        count: (last?.count ?? 0) + 1,
      }));
      onTaken(step);
    } catch (error) {
      const problem = asProblem(error);
      setPending({ step, answer, version, problem });
      if (problem.kind === 'conflict') {
        void queries.invalidateQueries({ queryKey: interceptionQuery(interception.id).queryKey });
      }
    } finally {
      busy.current = false;
    }
  };
  return { pending, effect, send, drop: () => setPending(undefined) };
}
