//! Writing a version of a scenario: a draft anew, or a further version from any other. The server compiles it while one writes
//! and tells each fault at its field. What was typed stays through every failure.

import { useNavigate } from '@tanstack/react-router';
import { App, Button, Form, Input, InputNumber, Select } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { holds, useSession } from '../../../api/session.ts';
import { draftOf, dropDraft, keepDraft } from '../../../lib/drafts.ts';
import { asProblem, type Problem } from '../../../lib/problem.ts';
import { useShortcuts } from '../../../lib/shortcuts.ts';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { OUTCOMES } from '../data.ts';
import { EVENT_TYPES } from '../decisions/filters.ts';
import { useTypeTitle } from '../decisions/type-title.ts';
import { TryDrawer } from '../proof/try-drawer.tsx';
import type { Named } from './completion.ts';
import {
  check,
  cleaned,
  type PlacedFault,
  placed,
  type Scenario,
  type ScenarioSpec,
  specOf,
  useScenarioActs,
} from './data.ts';
import { ExpressionField } from './expression-field.tsx';
import { faultAt, marksOf } from './faults.ts';
import { RuleFields } from './rule-fields.tsx';
import styles from './scenarios.module.css';
import { useNames } from './use-names.ts';

/** The server is asked once the typing pauses. */
const PAUSE_MS = 600;
const TITLE_CHARS_MAX = 80;

/** How the last check went. */
type Checked =
  | { state: 'unknown' | 'checking' | 'good' }
  | { state: 'faulty'; problem: Problem; faults: PlacedFault[] };

export function ScenarioForm({ scenario }: { scenario: Scenario }) {
  const { t } = useTranslation('guard');
  const common = useTranslation();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const acts = useScenarioActs();
  const names = useNames();
  const [form] = Form.useForm<ScenarioSpec>();
  const key = `${scenario.id} scenario`;
  const [start] = useState(() => draftOf<ScenarioSpec>(key) ?? specOf(scenario));
  const [spec, setSpec] = useState(start);
  const checked = useChecked(spec);
  const canTry = holds(useSession(), 'guard.backtest.run');
  const [tried, setTried] = useState<ScenarioSpec>();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const isDraft = scenario.state === 'draft';
  const leave = (id: string) => navigate({ to: '/scenarios/$scenario', params: { scenario: id }, search: {} });
  const save = async () => {
    if (isBusy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const whole = cleaned(spec);
      const { id } = isDraft ? await acts.revise(scenario, whole) : await acts.draft(whole);
      dropDraft(key);
      void message.success(common.t('act.done', { act: t(isDraft ? 'scenarioVerb.revise' : 'scenarioVerb.draft') }));
      await leave(id);
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  useShortcuts([
    { keys: 'mod+Enter', label: t('scenario.save'), group: 'page', inFields: true, run: () => void save() },
  ]);
  const faults = checked.state === 'faulty' ? checked.faults : [];
  return (
    <Form
      form={form}
      layout="vertical"
      initialValues={start}
      onValuesChange={(_, all: ScenarioSpec) => {
        // What the form has no field for stays as it was.
        const next = { ...start, ...all };
        keepDraft(key, next);
        setSpec(next);
      }}
      onFinish={() => void save()}
      autoComplete="off"
    >
      <div className={styles.form}>
        <FrameFields names={names} faults={faults} />
        <RuleFields names={names} faults={faults} />
      </div>
      <div className={styles.foot}>
        <div role="status" className={styles.verdict}>
          {checked.state === 'faulty'
            ? t('scenario.faulty', { count: Math.max(1, faults.length) })
            : t(`scenario.check.${checked.state}`)}
          {checked.state === 'faulty' && faults.length === 0 ? <ProblemNotice error={checked.problem} /> : null}
          {problem ? <ProblemNotice error={problem} /> : null}
        </div>
        <Button onClick={() => void leave(scenario.id)}>{common.t('action.cancel')}</Button>
        {canTry ? <Button onClick={() => setTried(cleaned(spec))}>{t('scenario.try')}</Button> : null}
        <Button type="primary" htmlType="submit" loading={isBusy}>
          {t(isDraft ? 'scenario.save' : 'scenario.saveNew')}
        </Button>
      </div>
      <TryDrawer spec={tried} onClose={() => setTried(undefined)} />
    </Form>
  );
}

/** Has what is written compiled after each pause; an answer to something older is left aside. */
function useChecked(spec: ScenarioSpec): Checked {
  const [checked, setChecked] = useState<Checked>({ state: 'unknown' });
  const asked = useRef(0);
  useEffect(() => {
    asked.current += 1;
    const mine = asked.current;
    const timer = setTimeout(async () => {
      setChecked({ state: 'checking' });
      const answer = await check(cleaned(spec)).then(
        (): Checked => ({ state: 'good' }),
        (error: unknown): Checked => {
          const problem = asProblem(error);
          return { state: 'faulty', problem, faults: problem.fields.map(placed) };
        },
      );
      if (mine === asked.current) setChecked(answer);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [spec]);
  return checked;
}

interface FrameFieldsProps {
  names: Named[];
  faults: PlacedFault[];
}

function FrameFields({ names, faults }: FrameFieldsProps) {
  const { t } = useTranslation('guard');
  const title = useTypeTitle();
  const unless = faultAt(faults, 'unless');
  return (
    <Panel title={t('scenario.frame')}>
      <div className={styles.row}>
        <Form.Item
          required
          name={['title', 'zh']}
          label={t('scenario.titleZh')}
          {...marksOf(faultAt(faults, 'title', 'zh'))}
        >
          <Input maxLength={TITLE_CHARS_MAX} />
        </Form.Item>
        <Form.Item
          required
          name={['title', 'en']}
          label={t('scenario.titleEn')}
          {...marksOf(faultAt(faults, 'title', 'en'))}
        >
          <Input maxLength={TITLE_CHARS_MAX} />
        </Form.Item>
      </div>
      <Form.Item name="events" label={t('scenario.events')} extra={t('scenario.eventsHint')}>
        <Select
          mode="tags"
          options={EVENT_TYPES.map((value) => ({ value, label: title(value) }))}
          placeholder={t('scenario.allEvents')}
        />
      </Form.Item>
      <Form.Item name="unless" label={t('scenario.unless')} extra={t('scenario.unlessHint')} {...marksOf(unless)}>
        <ExpressionField names={names} label={t('scenario.unless')} stretch={unless?.stretch} />
      </Form.Item>
      <Form.List name="thresholds">
        {(fields, { add, remove }) => (
          <fieldset className={styles.list}>
            <legend>{t('scenario.thresholds')}</legend>
            {fields.map(({ name, key }) => (
              <div key={key} className={styles.line}>
                <Form.Item
                  required
                  name={[name, 'score']}
                  label={t('scenario.score')}
                  {...marksOf(faultAt(faults, 'thresholds', name, 'score'))}
                >
                  <InputNumber precision={0} />
                </Form.Item>
                <Form.Item required name={[name, 'outcome']} label={t('scenario.outcome')}>
                  <Select
                    options={OUTCOMES.map((value) => ({ value, label: t(`outcome.${value}`) }))}
                    style={{ width: 130 }}
                  />
                </Form.Item>
                <Form.Item
                  name={[name, 'lasts']}
                  label={t('scenario.lasts')}
                  {...marksOf(faultAt(faults, 'thresholds', name, 'lasts'))}
                >
                  <Input placeholder={t('scenario.lastsHint')} style={{ width: 110 }} />
                </Form.Item>
                <Button onClick={() => remove(name)}>{t('scenario.remove')}</Button>
              </div>
            ))}
            <Button onClick={() => add({ score: 0, outcome: 'verify' })}>{t('scenario.addThreshold')}</Button>
          </fieldset>
        )}
      </Form.List>
    </Panel>
  );
}
