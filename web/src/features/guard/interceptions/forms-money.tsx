//! The forms of what happens to the money and to the account: delaying, calling back, waiving, releasing, limiting.

import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import { textOf } from '../../../lib/text.ts';
import { Words } from '../../../parts/words-field.tsx';
import { ActForm, type FormProps } from './act-form.tsx';
import { Choice, Many } from './choice.tsx';
import { WORDS_CHARS_MAX } from './forms-talk.tsx';

const GROUNDS = ['machine', 'risk', 'chosen'] as const satisfies Schemas['DelayGround'][];
const RESTRICTIONS = ['off_counter', 'payments', 'new_business'] as const satisfies Schemas['Restriction'][];

export function DelayForm(props: FormProps) {
  const { t } = useTranslation('guard');
  return (
    <ActForm<'delay', Schemas['DelayTransferRequest']> {...props} verb="delay" toRequest={({ ground }) => ({ ground })}>
      <p>{t('form.delayHint')}</p>
      <Choice name="ground" label={t('form.why')} options={GROUNDS} word={(one) => t(`delayGround.${one}`)} />
    </ActForm>
  );
}

export function RevokeForm(props: FormProps) {
  const { t } = useTranslation('guard');
  return (
    <ActForm<'revoke', object> {...props} verb="revoke" toRequest={() => ({})}>
      <p>{t('form.revokeHint')}</p>
    </ActForm>
  );
}

export function WaiveForm(props: FormProps) {
  const { t, i18n } = useTranslation('guard');
  const conditions = props.interception.law.waived_if;
  return (
    <ActForm<'waive', { conditions?: string[] }>
      {...props}
      verb="waive"
      toRequest={({ conditions: met = [] }) => ({ conditions: met })}
    >
      <Many
        name="conditions"
        label={t('form.conditions')}
        extra={t('form.conditionsHint')}
        options={conditions.map(({ key, title }) => ({ value: key, label: textOf(title, i18n.language) }))}
      />
    </ActForm>
  );
}

export function ReleaseForm(props: FormProps) {
  const { t } = useTranslation('guard');
  return (
    <ActForm<'release', Schemas['ReleaseTransferRequest']>
      {...props}
      verb="release"
      toRequest={({ words }) => ({ words })}
    >
      <p>{t('form.releaseHint')}</p>
      <Words name="words" label={t('form.why')} extra={t('form.namesOut')} charsMax={WORDS_CHARS_MAX} />
    </ActForm>
  );
}

export function LimitForm(props: FormProps) {
  const { t, i18n } = useTranslation('guard');
  return (
    <ActForm<'limit', { restriction: Schemas['Restriction']; told?: string[]; words: string }>
      {...props}
      verb="limit"
      danger
      toRequest={({ restriction, told = [], words }) => ({ restriction, told, words })}
    >
      <Choice
        name="restriction"
        label={t('form.restriction')}
        options={RESTRICTIONS}
        word={(one) => t(`restriction.${one}`)}
      />
      <Many
        name="told"
        label={t('form.told')}
        extra={t('form.toldHint')}
        options={props.interception.law.limit_told.map(({ key, title }) => ({
          value: key,
          label: textOf(title, i18n.language),
        }))}
      />
      <Words name="words" label={t('form.toldWords')} extra={t('form.namesOut')} charsMax={WORDS_CHARS_MAX} />
    </ActForm>
  );
}

export function AppealForm(props: FormProps) {
  const { t } = useTranslation('guard');
  return (
    <ActForm<'appeal', Schemas['AppealLimitRequest']> {...props} verb="appeal" toRequest={({ words }) => ({ words })}>
      <Words name="words" label={t('form.words')} extra={t('form.namesOut')} charsMax={WORDS_CHARS_MAX} />
    </ActForm>
  );
}

export function LiftForm(props: FormProps) {
  const { t } = useTranslation('guard');
  return (
    <ActForm<'lift', Schemas['LiftLimitRequest']> {...props} verb="lift" toRequest={({ words }) => ({ words })}>
      <Words name="words" label={t('form.why')} extra={t('form.namesOut')} charsMax={WORDS_CHARS_MAX} />
    </ActForm>
  );
}
