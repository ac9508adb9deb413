//! Doing something to many orders: what, then what would become of each, then how far it has come.

import { Button, Drawer, Form } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../../api/client.ts';
import { ProblemNotice } from '../../../../parts/problem-notice.tsx';
import { useSubmit } from '../../../../parts/submit.ts';
import { MoodTag } from '../../../../ui/mood.tsx';
import { ClassPicker } from '../../class-picker.tsx';
import { CauseField } from '../../order/forms-fairness.tsx';
import { UnitAndPerson } from '../../order/forms-work.tsx';
import { AXES } from '../../words.ts';
import { actionOf, type BulkFields, type BulkVerb, type Picked, preview, selectionOf, start } from './actions.ts';
import styles from './bulk.module.css';
import { RunProgress } from './run-progress.tsx';

interface BulkDrawerProps {
  verb: BulkVerb;
  picked: Picked | undefined;
  /** A run that was started before; it is shown instead. */
  run: string | undefined;
  onRun: (id: string) => void;
  onClose: () => void;
}

const WIDTH = 480;

interface Seen {
  request: Schemas['BulkRequest'];
  preview: Schemas['BulkPreviewBody'];
}

export function BulkDrawer({ verb, picked, run, onRun, onClose }: BulkDrawerProps) {
  const { t } = useTranslation('voice');
  const [seen, setSeen] = useState<Seen>();
  const [fields, setFields] = useState<BulkFields>({});
  const submission = useSubmit();
  const begin = (request: Schemas['BulkRequest']) =>
    submission.run(async () => {
      onRun((await start(request)).id);
    });
  return (
    <Drawer open title={t(`verb.${verb}`)} onClose={onClose} mask={false} size={WIDTH} destroyOnHidden>
      {run ? (
        <RunProgress id={run} />
      ) : seen ? (
        <>
          <Preview preview={seen.preview} />
          {submission.problem ? <ProblemNotice error={submission.problem} /> : null}
          <div className={styles.buttons}>
            <Button onClick={() => setSeen(undefined)}>{t('bulk.back')}</Button>
            <Button
              type="primary"
              loading={submission.busy}
              disabled={seen.preview.allowed === 0}
              title={seen.preview.allowed === 0 ? t('bulk.nothing') : undefined}
              onClick={() => void begin(seen.request)}
            >
              {t('bulk.start')}
            </Button>
          </div>
        </>
      ) : picked ? (
        <Fields verb={verb} picked={picked} begun={fields} onFields={setFields} onSeen={setSeen} />
      ) : null}
    </Drawer>
  );
}

interface FieldsProps {
  verb: BulkVerb;
  picked: Picked;
  /** What was filled in before somebody looked at the preview and came back. */
  begun: BulkFields;
  onFields: (fields: BulkFields) => void;
  onSeen: (seen: Seen) => void;
}

function Fields({ verb, picked, begun, onFields, onSeen }: FieldsProps) {
  const { t } = useTranslation('voice');
  const [form] = Form.useForm<BulkFields>();
  const submission = useSubmit();
  const look = (fields: BulkFields) =>
    submission.run(async () => {
      const request = { action: actionOf(verb, fields), selection: selectionOf(picked) };
      onSeen({ request, preview: await preview(request) });
    });
  return (
    <Form
      form={form}
      layout="vertical"
      name={`bulk_${verb}`}
      initialValues={begun}
      onValuesChange={(_, all) => onFields(all)}
      onFinish={(fields) => void look(fields)}
    >
      <p className={styles.quiet}>
        {'orders' in picked ? t('bulk.picked', { count: picked.orders.size }) : t('bulk.all')}
      </p>
      {verb === 'classify'
        ? AXES.map((axis) => (
            <Form.Item
              key={axis}
              name={axis}
              label={t(`field.${axis}`)}
              rules={[{ required: true, message: t('form.choose') }]}
            >
              <ClassPicker axis={axis} />
            </Form.Item>
          ))
        : null}
      {verb === 'assign' ? <UnitAndPerson onUnit={() => form.setFieldValue('person', undefined)} /> : null}
      {verb === 'find_cause' ? <CauseField /> : null}
      {submission.problem ? <ProblemNotice error={submission.problem} /> : null}
      <Button type="primary" htmlType="submit" loading={submission.busy}>
        {t('bulk.preview')}
      </Button>
    </Form>
  );
}

function Preview({ preview: { total, allowed, refused, can_be_undone, items } }: { preview: Seen['preview'] }) {
  const { t } = useTranslation('voice');
  const lookedAt = allowed + refused;
  return (
    <>
      <p className={styles.counts} role="status">
        <MoodTag mood="met">{t('bulk.allowed', { count: allowed })}</MoodTag>
        {refused > 0 ? <MoodTag mood="soon">{t('bulk.refused', { count: refused })}</MoodTag> : null}
      </p>
      {lookedAt < total ? <p className={styles.quiet}>{t('bulk.lookedAt', { seen: lookedAt, total })}</p> : null}
      <p className={styles.quiet}>{can_be_undone ? t('bulk.undoable') : t('bulk.final')}</p>
      <ul className={styles.list}>
        {items
          .filter((row) => !row.is_allowed)
          .map((row) => (
            <li key={row.order}>
              <span className="numbers">{row.receipt ?? row.order}</span>
              <div className={styles.quiet}>{row.detail}</div>
            </li>
          ))}
      </ul>
    </>
  );
}
