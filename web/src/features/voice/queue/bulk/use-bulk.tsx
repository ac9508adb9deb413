//! The drawer in which something is done to many orders, and the run that was started last.
//!
//! A run goes on in the server whether anybody looks or not; leaving the queue and coming back finds it again.

import { type ReactNode, useState } from 'react';
import type { BulkVerb } from './actions.ts';
import { BulkDrawer } from './bulk-drawer.tsx';
import type { Selection } from './selection.ts';

interface Run {
  id: string;
  verb: BulkVerb;
}

/** The last run of this person, while the workbench is open. */
let last: Run | undefined;

interface Bulk {
  last: Run | undefined;
  isOpen: boolean;
  choose: (verb: BulkVerb) => void;
  reopen: () => void;
  drawer: ReactNode;
}

export function useBulk(selection: Selection): Bulk {
  const [verb, setVerb] = useState<BulkVerb>();
  const [run, setRun] = useState<string>();
  const close = () => {
    setVerb(undefined);
    setRun(undefined);
  };
  const started = (id: string) => {
    if (verb) last = { id, verb };
    setRun(id);
    selection.clear();
  };
  return {
    last,
    isOpen: verb !== undefined,
    choose: (next) => {
      setRun(undefined);
      setVerb(next);
    },
    reopen: () => {
      setVerb(last?.verb);
      setRun(last?.id);
    },
    drawer: verb ? (
      <BulkDrawer key={verb} verb={verb} picked={selection.picked} run={run} onRun={started} onClose={close} />
    ) : null,
  };
}
