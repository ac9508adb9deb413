//! Forms about what comes after: new facts from the complainant, and the return visit that they answer themselves.

import { Form, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { REMARK_CHARS_MAX, Words } from '../../../parts/words-field.tsx';
import { OrderName } from '../order-name.tsx';
import styles from './act-form.module.css';
import { ActForm } from './act-form.tsx';
import type { FormProps } from './forms-simple.tsx';

export function InviteVisitForm(props: FormProps) {
  const { t } = useTranslation('voice');
  return (
    <ActForm verb="invite_visit" {...props} toRequest={() => ({})}>
      <p className={styles.hint}>{t('visit.inviteHint')}</p>
    </ActForm>
  );
}

interface FactsFields {
  material: string;
  is_new: boolean;
  why: string;
}

/** The words of the server for what somebody brought; a choice holds one word, so the kind and the id are joined. */
function materialOf(chosen: string) {
  const [from, id] = chosen.split(' ', 2);
  return id ? { from, [from === 'duplicate' ? 'order' : 'attachment']: id } : { from };
}

export function JudgeFactsForm(props: FormProps) {
  const { t } = useTranslation('voice');
  const { order } = props;
  const duplicates = order.links.filter((link) => link.relation === 'duplicate_of');
  const options = [
    { value: 'told', label: t('facts.told') },
    ...duplicates.map(({ other }) => ({
      value: `duplicate ${other}`,
      label: (
        <>
          {t('facts.duplicate')} <OrderName id={other} />
        </>
      ),
    })),
    ...order.attachments.map(({ id, name }) => ({ value: `attachment ${id}`, label: name })),
  ];
  return (
    <ActForm<'judge_facts', FactsFields>
      verb="judge_facts"
      {...props}
      initial={{ material: 'told', is_new: true }}
      toRequest={({ material, is_new, why }) => ({ material: materialOf(material), is_new, why })}
    >
      <p className={styles.hint}>{t('facts.hint')}</p>
      <Form.Item required name="material" label={t('facts.material')}>
        <Radio.Group className={styles.choices} options={options} />
      </Form.Item>
      <Form.Item required name="is_new" label={t('facts.isNew')}>
        <Radio.Group
          options={[
            { value: true, label: t('facts.new') },
            { value: false, label: t('facts.known') },
          ]}
        />
      </Form.Item>
      <Words name="why" label={t('form.why')} rows={3} charsMax={REMARK_CHARS_MAX} />
    </ActForm>
  );
}
