//! The frame of every form that acts on a matter with a history.
//!
//! Keeps what was typed through a refusal, a lost network, a lost session, a closed drawer, and above all through a
//! conflict: when a colleague was faster, it says what they did, and sending again is one key away.

import { App, Button, Form, type FormInstance } from 'antd';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../api/client.ts';
import { useSession } from '../api/session.ts';
import { draftOf, dropDraft, keepDraft } from '../lib/drafts.ts';
import styles from './act-form.module.css';
import { ConflictNotice } from './conflict-notice.tsx';
import { ProblemNotice } from './problem-notice.tsx';
import { useSubmit } from './submit.ts';

/** What an act needs to know of what it is done to. */
export interface Matter {
  id: string;
  version: number;
  history: Schemas['InterceptionEventBody'][];
}

export interface ActFrameProps<F extends object> {
  /** The act's name, under which what was typed is kept. */
  name: string;
  /** The act in words. */
  label: string;
  matter: Matter;
  initial?: Partial<F>;
  /** Sends it, done on the version that was seen. */
  onSend: (fields: F, version: number) => Promise<unknown>;
  /** Asks for the matter again: a colleague was faster. */
  onRenew: () => void;
  onDone: () => void;
  /** The word on the button; the act's own when absent. */
  submit?: string;
  danger?: boolean;
  children?: ReactNode | ((form: FormInstance<F>) => ReactNode);
}

export function ActFrame<F extends object>(props: ActFrameProps<F>) {
  const { name, label, matter, initial, onSend, onRenew, onDone, submit, danger = false, children } = props;
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<F>();
  const submission = useSubmit(form);
  const key = `${matter.id} ${name}`;
  const [startValues] = useState(() => ({ ...initial, ...draftOf<Partial<F>>(key) }));
  const [seen, setSeen] = useSeen(matter);
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const first = frame.current?.querySelector<HTMLElement>(
      'textarea, input:not([type=hidden]), [role=combobox], button',
    );
    first?.focus();
  }, []);

  const send = async (fields: F) => {
    // What a colleague did while this was written must be read before it is overtaken.
    if (matter.version !== seen) return;
    const done = await submission.run(async () => {
      await onSend(fields, seen);
    });
    if (!done) return;
    dropDraft(key);
    void message.success(t('act.done', { act: label }));
    onDone();
  };

  const isConflict = matter.version !== seen || submission.problem?.kind === 'conflict';
  return (
    <div ref={frame}>
      <Form
        form={form}
        layout="vertical"
        name={name}
        initialValues={startValues}
        onValuesChange={(_, all) => keepDraft(key, all)}
        onFinish={(fields) => void send(fields)}
      >
        {typeof children === 'function' ? children(form) : children}
        <div aria-live="polite" className={styles.notices}>
          {isConflict ? (
            <ConflictNotice
              matter={matter}
              seen={seen}
              onRenew={onRenew}
              onGoOn={() => {
                submission.reset();
                setSeen(matter.version);
              }}
            />
          ) : submission.problem ? (
            <ProblemNotice error={submission.problem} />
          ) : null}
        </div>
        <Button type="primary" danger={danger} htmlType="submit" loading={submission.busy} disabled={isConflict}>
          {submit ?? label}
        </Button>
      </Form>
    </div>
  );
}

/** The version that the reader saw; a colleague's act in the meantime is shown before it is overtaken. */
function useSeen(matter: Matter): [number, (version: number) => void] {
  const [seen, setSeen] = useState(matter.version);
  const { actor } = useSession();
  // What the reader did, such as seeing a telephone number, and what the program noted by itself overtakes nobody.
  const isOwnDoing = matter.history.every(
    (event) => event.version <= seen || event.by === actor || event.by.startsWith('program:'),
  );
  useEffect(() => {
    if (matter.version !== seen && isOwnDoing) setSeen(matter.version);
  }, [matter.version, seen, isOwnDoing]);
  return [seen, setSeen];
}
