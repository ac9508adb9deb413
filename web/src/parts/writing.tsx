//! A form that does one thing to a matter, in a drawer: typed text survives a refusal, a conflict, a closed drawer.

import { Button, Drawer, Form, type FormInstance } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from './problem-notice.tsx';
import { useSubmit } from './submit.ts';

interface WritingProps<F extends object> {
  open: boolean;
  title: string;
  /** The word on the button; the title when absent. */
  submit?: string;
  danger?: boolean;
  initial?: Partial<F>;
  /** Sends it; a problem that is thrown is shown and nothing is lost. */
  onSend: (fields: F) => Promise<void>;
  onClose: () => void;
  /** What the reader should see again after somebody else was faster. */
  onConflict?: () => void;
  size?: number;
  children?: ReactNode | ((form: FormInstance<F>) => ReactNode);
}

const SIZE = 480;

export function Writing<F extends object>(props: WritingProps<F>) {
  const { open, title, submit, danger = false, initial, onSend, onClose, onConflict, size = SIZE, children } = props;
  const { t } = useTranslation();
  const [form] = Form.useForm<F>();
  const submission = useSubmit(form);
  const isConflict = submission.problem?.kind === 'conflict';
  const send = async (fields: F) => {
    const isDone = await submission.run(() => onSend(fields));
    if (!isDone) return;
    form.resetFields();
    onClose();
  };
  return (
    <Drawer open={open} title={title} onClose={onClose} size={size}>
      <Form
        form={form}
        layout="vertical"
        {...(initial ? { initialValues: initial } : {})}
        onFinish={(fields) => void send(fields)}
        autoComplete="off"
      >
        {typeof children === 'function' ? children(form) : children}
        <div aria-live="polite" style={{ marginBottom: 12 }}>
          {submission.problem ? (
            <ProblemNotice
              error={submission.problem}
              {...(isConflict && onConflict
                ? {
                    onRetry: () => {
                      submission.reset();
                      onConflict();
                    },
                  }
                : {})}
            />
          ) : null}
        </div>
        <Button type="primary" danger={danger} htmlType="submit" loading={submission.busy}>
          {submit ?? title}
        </Button>{' '}
        <Button onClick={onClose}>{t('action.cancel')}</Button>
      </Form>
    </Drawer>
  );
}
