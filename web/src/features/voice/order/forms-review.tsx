//! Forms about a re-examination: the complainant asks for it, somebody of the unit above takes it on and says what was found.

import { Form, Input, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import { instantOf } from '../../../lib/time.ts';
import { NARRATIVE_CHARS_MAX, REMARK_CHARS_MAX, Words } from '../../../parts/words-field.tsx';
import styles from './act-form.module.css';
import { ActForm } from './act-form.tsx';
import { AtField, type FormProps, MeansField } from './forms-simple.tsx';

interface RequestFields {
  means: Schemas['Means'];
  reference: string;
  why: string;
  at?: string;
}

export function RequestReviewForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm<'request_review', RequestFields>
      verb="request_review"
      {...props}
      toRequest={({ means, reference, why, at }) => ({
        means,
        reference,
        why,
        ...(at ? { at: instantOf(at) } : {}),
      })}
    >
      <p className={styles.hint}>{t('review.hint')}</p>
      <MeansField label={t('review.means')} />
      <Form.Item
        name="reference"
        label={t('review.reference')}
        rules={[{ required: true, whitespace: true, message: t('form.write') }]}
      >
        <Input autoComplete="off" />
      </Form.Item>
      <Words name="why" label={t('review.why')} rows={4} charsMax={REMARK_CHARS_MAX} />
      <AtField />
    </ActForm>
  );
}

export function TakeReviewForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm verb="take_review" {...props} toRequest={() => ({})}>
      <p className={styles.hint}>{t('review.takeHint')}</p>
    </ActForm>
  );
}

const OUTCOMES = ['upheld', 'changed', 'remanded'] as const satisfies Schemas['ReviewOutcome'][];

interface FindFields {
  outcome: Schemas['ReviewOutcome'];
  facts: string;
  basis: string;
}

export function FindReviewForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm<'find_review', FindFields>
      verb="find_review"
      {...props}
      toRequest={({ outcome, facts, basis }) => ({ outcome, facts, basis })}
    >
      <Form.Item name="outcome" label={t('review.outcome')} rules={[{ required: true, message: t('form.choose') }]}>
        <Radio.Group
          className={styles.choices}
          options={OUTCOMES.map((outcome) => ({ value: outcome, label: t(`reviewOutcome.${outcome}`) }))}
        />
      </Form.Item>
      <Words name="facts" label={t('decide.facts')} rows={6} charsMax={NARRATIVE_CHARS_MAX} />
      <Words
        name="basis"
        label={t('decide.basis')}
        extra={t('review.findHint')}
        rows={6}
        charsMax={NARRATIVE_CHARS_MAX}
      />
    </ActForm>
  );
}
