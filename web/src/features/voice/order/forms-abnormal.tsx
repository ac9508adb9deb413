//! The form by which a person decides whether a matter is an abnormal complaint. It says that nothing follows from it.

import { Form, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import { REMARK_CHARS_MAX, Words } from '../../../parts/words-field.tsx';
import styles from './act-form.module.css';
import { ActForm } from './act-form.tsx';
import type { FormProps } from './forms-simple.tsx';

const VERDICTS = ['abnormal', 'ordinary'] as const satisfies Schemas['Verdict'][];

interface JudgeFields {
  verdict: Schemas['Verdict'];
  why: string;
}

export function JudgeAbnormalForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm<'judge_abnormal', JudgeFields>
      verb="judge_abnormal"
      {...props}
      toRequest={({ verdict, why }) => ({ verdict, why })}
    >
      <p className={styles.hint}>{t('abnormal.hint')}</p>
      <Form.Item name="verdict" label={t('abnormal.verdict')} rules={[{ required: true, message: t('form.choose') }]}>
        <Radio.Group options={VERDICTS.map((verdict) => ({ value: verdict, label: t(`abnormal.${verdict}`) }))} />
      </Form.Item>
      <Words name="why" label={t('form.why')} rows={4} charsMax={REMARK_CHARS_MAX} />
    </ActForm>
  );
}
