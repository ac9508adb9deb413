//! Forms about the way an order takes: by the rules, on the rapid lane, and as whoever passed it on says.

import { useQuery } from '@tanstack/react-query';
import { Form, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import { textOf } from '../../../lib/text.ts';
import { Loaded } from '../../../parts/loaded.tsx';
import { ActorName, UnitName } from '../../../parts/names.tsx';
import { REMARK_CHARS_MAX, Words } from '../../../parts/words-field.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { routeQuery } from '../data.ts';
import { EntryField, SenderFields } from '../origin-fields.tsx';
import { partsOf, type SenderParts, senderOf } from '../sender.ts';
import styles from './act-form.module.css';
import { ActForm } from './act-form.tsx';
import type { FormProps } from './forms-simple.tsx';

/** Shows where the rules send the order and why, before anything is done. */
export function RouteForm(props: FormProps) {
  const { t, i18n } = useTranslation('voice');
  const query = useQuery(routeQuery(props.order.id, props.order.version));
  return (
    <ActForm verb="route" {...props} toRequest={() => ({})}>
      <Loaded query={query}>
        {(route) => (
          <Facts
            facts={[
              [t('route.rule'), route.name],
              [
                t('route.to'),
                <>
                  <UnitName path={route.unit} />
                  {route.person ? (
                    <>
                      {' · '}
                      <ActorName actor={route.person} />
                    </>
                  ) : null}
                </>,
              ],
              [t('route.because'), route.because_texts.map((text) => textOf(text, i18n.language)).join(t('and'))],
            ]}
          />
        )}
      </Loaded>
    </ActForm>
  );
}

const URGENT_GROUNDS = ['funds_at_risk', 'vulnerable', 'danger', 'media'] as const satisfies Schemas['UrgentGround'][];

interface UrgentFields {
  ground: Schemas['UrgentGround'];
  why?: string;
}

export function MarkUrgentForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm<'mark_urgent', UrgentFields>
      verb="mark_urgent"
      {...props}
      toRequest={({ ground, why }) => ({ ground, ...(why?.trim() ? { why } : {}) })}
    >
      <p className={styles.hint}>{t('urgent.hint')}</p>
      <Form.Item name="ground" label={t('urgent.ground')} rules={[{ required: true, message: t('form.choose') }]}>
        <Radio.Group
          className={styles.choices}
          options={URGENT_GROUNDS.map((ground) => ({ value: ground, label: t(`urgentGround.${ground}`) }))}
        />
      </Form.Item>
      <Words name="why" label={t('form.why')} rows={3} charsMax={REMARK_CHARS_MAX} isOptional />
    </ActForm>
  );
}

export function CalmForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm<'calm', { why: string }> verb="calm" {...props} toRequest={({ why }) => ({ why })}>
      <Words name="why" label={t('form.why')} rows={3} charsMax={REMARK_CHARS_MAX} />
    </ActForm>
  );
}

interface CorrectFields {
  origin: SenderParts;
  why?: string;
}

/** Starts with what is held now: the server takes the origin whole, and what is left empty holds no more. */
export function CorrectForm(props: FormProps) {
  const { t } = useTranslation('voice');
  const { origin: held } = props.order;
  return (
    <ActForm<'correct', CorrectFields>
      verb="correct"
      {...props}
      initial={{ origin: partsOf(held) }}
      toRequest={({ origin, why }) => ({
        origin: { source: held.source, ...senderOf(origin) },
        ...(why?.trim() ? { why } : {}),
      })}
    >
      <p className={styles.hint}>{t('correct.hint')}</p>
      <EntryField />
      <SenderFields source={held.source} />
      <Words name="why" label={t('form.why')} rows={2} charsMax={REMARK_CHARS_MAX} isOptional />
    </ActForm>
  );
}
