//! The rules of a scenario that is being written: condition, points, outcome, the sentences, the parts of the dialogue.

import { useQuery } from '@tanstack/react-query';
import { Button, Form, Input, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { textOf } from '../../../lib/text.ts';
import { Panel } from '../../../ui/panel.tsx';
import { bookQuery, OUTCOMES } from '../data.ts';
import type { Named } from './completion.ts';
import type { PlacedFault } from './data.ts';
import { ExpressionField } from './expression-field.tsx';
import { faultAt, marksOf } from './faults.ts';
import styles from './scenarios.module.css';

const NAME_CHARS_MAX = 64;
const REASON_CHARS_MAX = 400;

interface RuleFieldsProps {
  names: Named[];
  faults: PlacedFault[];
}

export function RuleFields({ names, faults }: RuleFieldsProps) {
  const { t } = useTranslation('guard');
  return (
    <Panel title={t('scenario.rules')} flush>
      <Form.List name="rules">
        {(fields, { add, remove }) => (
          <>
            <ol className={styles.rules}>
              {fields.map(({ name, key }) => (
                <li key={key}>
                  <OneRule at={name} names={names} faults={faults} />
                  <Button size="small" danger onClick={() => remove(name)}>
                    {t('scenario.removeRule')}
                  </Button>
                </li>
              ))}
            </ol>
            <p className={styles.add}>
              <Button onClick={() => add({ name: '', when: '', points: 0, reason: { zh: '', en: '' } })}>
                {t('scenario.addRule')}
              </Button>
            </p>
          </>
        )}
      </Form.List>
    </Panel>
  );
}

interface OneRuleProps extends RuleFieldsProps {
  at: number;
}

function OneRule({ at, names, faults }: OneRuleProps) {
  const { t, i18n } = useTranslation('guard');
  const { data: book } = useQuery(bookQuery);
  const fault = (...name: string[]) => faultAt(faults, 'rules', at, ...name);
  const when = fault('when');
  return (
    <>
      <Form.Item required name={[at, 'name']} label={t('scenario.ruleName')} {...marksOf(fault('name'))}>
        <Input maxLength={NAME_CHARS_MAX} spellCheck={false} />
      </Form.Item>
      <Form.Item required name={[at, 'when']} label={t('scenario.when')} {...marksOf(when)}>
        <ExpressionField names={names} label={t('scenario.when')} stretch={when?.stretch} />
      </Form.Item>
      <div className={styles.line}>
        <Form.Item required name={[at, 'points']} label={t('scenario.pointsLabel')} {...marksOf(fault('points'))}>
          <InputNumber precision={0} />
        </Form.Item>
        <Form.Item name={[at, 'outcome']} label={t('scenario.outcome')} {...marksOf(fault('outcome'))}>
          <Select
            allowClear
            placeholder={t('scenario.byScore')}
            options={OUTCOMES.map((value) => ({ value, label: t(`outcome.${value}`) }))}
            style={{ width: 150 }}
          />
        </Form.Item>
        <Form.Item name={[at, 'lasts']} label={t('scenario.lasts')} {...marksOf(fault('lasts'))}>
          <Input placeholder={t('scenario.lastsHint')} style={{ width: 110 }} />
        </Form.Item>
      </div>
      <div className={styles.row}>
        {(['zh', 'en'] as const).map((language) => (
          <Form.Item
            required
            key={language}
            name={[at, 'reason', language]}
            label={t(`scenario.reason.${language}`)}
            {...marksOf(fault('reason', language) ?? fault('reason'))}
          >
            <Input.TextArea rows={2} maxLength={REASON_CHARS_MAX} />
          </Form.Item>
        ))}
      </div>
      <Form.Item name={[at, 'dialogue']} label={t('open.dialogue')} {...marksOf(fault('dialogue'))}>
        <Select
          mode="multiple"
          options={(book?.parts ?? []).map((part) => ({ value: part.name, label: textOf(part.title, i18n.language) }))}
        />
      </Form.Item>
    </>
  );
}
