//! The frame of every form that acts on an order.
//!
//! Keeps what was typed through a refusal, a lost network, a lost session, a closed drawer, and above all through a
//! conflict: when a colleague was faster, it says what they did, and sending again is one key away.

import { App, Button, Form, type FormInstance } from 'antd';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../../api/session.ts';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useSubmit } from '../../../parts/submit.ts';
import type { Order } from '../data.ts';
import styles from './act-form.module.css';
import { type Given, useAct, type Verb } from './acts.ts';
import { ConflictNotice } from './conflict-notice.tsx';
import { draftOf, dropDraft, keepDraft } from './drafts.ts';

export interface ActFormProps<V extends Verb, F extends object> {
  verb: V;
  order: Order;
  initial?: Partial<F>;
  /** The request from the fields. */
  toRequest: (fields: F) => Given<V>;
  onDone: () => void;
  /** The word on the button; the verb's own when absent. */
  submit?: string;
  danger?: boolean;
  children?: ReactNode | ((form: FormInstance<F>) => ReactNode);
}

export function ActForm<V extends Verb, F extends object>(props: ActFormProps<V, F>) {
  const { verb, order, initial, toRequest, onDone, submit, danger = false, children } = props;
  const { t } = useTranslation('voice');
  const { message } = App.useApp();
  const [form] = Form.useForm<F>();
  const act = useAct(order);
  const submission = useSubmit(form);
  const key = `${order.id} ${verb}`;
  // The version on which this form was written; a colleague's act in the meantime is shown before it is overtaken.
  const [seen, setSeen] = useState(order.version);
  const [startValues] = useState(() => ({ ...initial, ...draftOf<Partial<F>>(key) }));
  const frame = useRef<HTMLDivElement>(null);

  const { actor } = useSession();
  // What the reader did, such as seeing a telephone number, and what the program noted by itself overtakes nobody.
  const isOwnDoing = order.history.every(
    (event) => event.version <= seen || event.by === actor || event.by.startsWith('program:'),
  );
  useEffect(() => {
    if (order.version !== seen && isOwnDoing) setSeen(order.version);
  }, [order.version, seen, isOwnDoing]);
  useEffect(() => {
    const first = frame.current?.querySelector<HTMLElement>(
      'textarea, input:not([type=hidden]), [role=combobox], button',
    );
    first?.focus();
  }, []);

  const send = async (fields: F) => {
    // What a colleague did while this was written must be read before it is overtaken.
    if (order.version !== seen) return;
    const done = await submission.run(async () => {
      await act(verb, toRequest(fields), seen);
    });
    if (!done) return;
    dropDraft(key);
    void message.success(t('act.done', { act: t(`verb.${verb}`) }));
    onDone();
  };

  const isConflict = order.version !== seen || submission.problem?.kind === 'conflict';
  return (
    <div ref={frame}>
      <Form
        form={form}
        layout="vertical"
        name={verb}
        initialValues={startValues}
        onValuesChange={(_, all) => keepDraft(key, all)}
        onFinish={(fields) => void send(fields)}
        className={styles.form}
      >
        {typeof children === 'function' ? children(form) : children}
        <div aria-live="polite" className={styles.notices}>
          {isConflict ? (
            <ConflictNotice
              order={order}
              seen={seen}
              onGoOn={() => {
                submission.reset();
                setSeen(order.version);
              }}
            />
          ) : submission.problem ? (
            <ProblemNotice error={submission.problem} />
          ) : null}
        </div>
        <Button type="primary" danger={danger} htmlType="submit" loading={submission.busy} disabled={isConflict}>
          {submit ?? t(`verb.${verb}`)}
        </Button>
      </Form>
    </div>
  );
}
