//! Sending a form: one request at a time, faults beside their fields, the rest for a notice. Typed text is never cleared.

import type { FormInstance } from 'antd';
import { useState } from 'react';
import { asProblem, type Problem } from '../lib/problem.ts';

export interface Submission {
  busy: boolean;
  /** What went wrong and has no field of its own on this form. */
  problem: Problem | undefined;
  /** Runs the request; true when it succeeded. */
  run: (request: () => Promise<void>) => Promise<boolean>;
  reset: () => void;
}

/** `/party/phone` is the field `['party', 'phone']`; numbers are places in a list. */
export function nameOfPointer(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** Marks the fields that the problem names; returns those that this form does not have. */
export function markFields<T>(form: FormInstance<T>, problem: Problem): string[] {
  const missing: string[] = [];
  for (const fault of problem.fields) {
    const name = nameOfPointer(fault.pointer);
    if (form.getFieldInstance(name as never) === undefined) missing.push(fault.detail);
    else form.setFields([{ name: name as never, errors: [fault.detail] }]);
  }
  return missing;
}

export function useSubmit<T>(form?: FormInstance<T>): Submission {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const run = async (request: () => Promise<void>) => {
    if (busy) return false;
    setBusy(true);
    setProblem(undefined);
    try {
      await request();
      return true;
    } catch (error) {
      const found = asProblem(error);
      const missing = form ? markFields(form, found) : [];
      const isShown = form !== undefined && found.fields.length > 0 && missing.length === 0;
      if (!isShown) setProblem(found);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, run, reset: () => setProblem(undefined) };
}
