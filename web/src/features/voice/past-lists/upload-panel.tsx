//! Choosing a file of past complaints, saying which column gives what, seeing what would become of it, and taking it.

import { useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, Select } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FileDrop } from '../../../parts/file-drop.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useSubmit } from '../../../parts/submit.ts';
import { Panel } from '../../../ui/panel.tsx';
import { type Look, lookAt, type Mapping, PAST_LISTS, type PastList, sendPastList, withLabels } from './data.ts';
import { MappingTable } from './mapping-table.tsx';
import styles from './past-lists.module.css';
import { Preview } from './preview.tsx';

/** A file of this size is looked at again with every change; a larger one when asked. */
const LOOKED_AT_AGAIN_BYTES_MAX = 4 * 1024 * 1024;

export function UploadPanel({ onSent }: { onSent: (sent: PastList) => void }) {
  const { t } = useTranslation('lists');
  const [file, setFile] = useState<File>();
  const [found, setFound] = useState<Look>();
  const [mapping, setMapping] = useState<Mapping>();
  const [isStale, setStale] = useState(false);
  const looking = useLooking();
  const choose = (next: File | undefined) => {
    setFile(next);
    setFound(undefined);
    setMapping(undefined);
    looking.look(next, undefined, (look) => {
      setFound(look);
      setMapping(look.mapping);
      setStale(false);
    });
  };
  const again = (next: Mapping) =>
    looking.look(file, next, (look) => {
      setFound(look);
      setStale(false);
    });
  const change = (next: Mapping) => {
    setMapping(next);
    setStale(true);
    if (file && file.size <= LOOKED_AT_AGAIN_BYTES_MAX) again(next);
  };
  return (
    <>
      <Panel title={t('list.new')}>
        <FileDrop file={file} onChange={choose} hint={t('past.hint')} />
        <div aria-live="polite">
          {looking.isLooking && !found ? <p className={styles.quiet}>{t('list.looking')}</p> : null}
          {looking.problem ? <ProblemNotice error={looking.problem} /> : null}
        </div>
      </Panel>
      {file && found && mapping ? (
        <>
          <Columns found={found} mapping={mapping} onChange={change} />
          <Preview found={found} isStale={isStale}>
            <Send
              file={file}
              mapping={mapping}
              isStale={isStale}
              canTake={found.good > 0}
              onLook={() => again(mapping)}
              onSent={(sent) => {
                choose(undefined);
                onSent(sent);
              }}
            />
          </Preview>
        </>
      ) : null}
    </>
  );
}

/** Looks at a file; only the answer to the last question counts. */
function useLooking() {
  const last = useRef(0);
  const [isLooking, setLooking] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const look = (file: File | undefined, mapping: Mapping | undefined, then: (found: Look) => void) => {
    last.current += 1;
    const mine = last.current;
    setProblem(undefined);
    setLooking(file !== undefined);
    if (!file) return;
    lookAt(file, mapping)
      .then(
        (found) => mine === last.current && then(found),
        (error: unknown) => mine === last.current && setProblem(error),
      )
      .finally(() => mine === last.current && setLooking(false));
  };
  return { look, isLooking, problem };
}

interface ColumnsProps {
  found: Look;
  mapping: Mapping;
  onChange: (next: Mapping) => void;
}

function Columns({ found, mapping, onChange }: ColumnsProps) {
  const { t } = useTranslation('lists');
  return (
    <Panel title={t('mapping.title')} extra={t('mapping.columns', { count: found.columns.length })}>
      <Form layout="vertical" component="div">
        <div className={styles.head}>
          <Form.Item required label={t('past.source')} extra={t('past.sourceHint')} htmlFor="past_source">
            <Source value={mapping.source} onChange={(source) => onChange({ ...mapping, source })} />
          </Form.Item>
          <Form.Item label={t('mapping.labels')} extra={t('mapping.labelsHint')} htmlFor="past_labels">
            <Select<string[]>
              id="past_labels"
              mode="multiple"
              value={Object.keys(mapping.labels ?? {})}
              onChange={(columns) => onChange(withLabels(mapping, columns))}
              options={found.columns.map(({ name }) => ({ value: name, label: name }))}
              maxTagCount="responsive"
            />
          </Form.Item>
        </div>
      </Form>
      <MappingTable found={found} mapping={mapping} onChange={onChange} />
    </Panel>
  );
}

/** The name is sent when it was typed, not with every letter. */
function Source({ value, onChange }: { value: string; onChange: (next: string) => void }) {
  const [typed, setTyped] = useState(value);
  const end = () => {
    if (typed.trim() !== value) onChange(typed.trim());
  };
  return (
    <Input
      id="past_source"
      value={typed}
      maxLength={32}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={end}
      onPressEnter={end}
    />
  );
}

interface SendProps {
  file: File;
  mapping: Mapping;
  isStale: boolean;
  canTake: boolean;
  onLook: () => void;
  onSent: (sent: PastList) => void;
}

function Send({ file, mapping, isStale, canTake, onLook, onSent }: SendProps) {
  const { t } = useTranslation('lists');
  const queries = useQueryClient();
  const submission = useSubmit();
  const send = () =>
    submission.run(async () => {
      const sent = await sendPastList(file, mapping);
      await queries.invalidateQueries({ queryKey: PAST_LISTS });
      onSent(sent);
    });
  const reason = isStale ? t('past.lookFirst') : canTake ? undefined : t('past.nothingGood');
  return (
    <>
      <div aria-live="polite">{submission.problem ? <ProblemNotice error={submission.problem} /> : null}</div>
      <div className={styles.buttons}>
        <Button
          type="primary"
          loading={submission.busy}
          disabled={reason !== undefined}
          title={reason}
          onClick={() => void send()}
        >
          {t('past.take')}
        </Button>
        <Button disabled={!isStale} title={isStale ? undefined : t('past.fresh')} onClick={onLook}>
          {t('past.again')}
        </Button>
        {reason ? <span className={styles.quiet}>{reason}</span> : null}
      </div>
    </>
  );
}
