//! Withdrawing one's own matter: what it means, and a second look before it counts.

import { useTranslation } from 'react-i18next';
import { api, ok } from '../../api/client.ts';
import type { PartProps } from './own-matter.tsx';
import { WordsForm } from './words-form.tsx';

export function Withdraw({ matter, onChange, onDone }: PartProps) {
  const { t } = useTranslation('portal');
  return (
    <WordsForm
      meaning={t('withdraw.means')}
      label={t('withdraw.words')}
      back={t('withdraw.no')}
      submit={t('withdraw.yes')}
      kind="danger"
      onSend={async (words) => {
        const body = { token: matter.token, ...(words ? { words } : {}) };
        onChange(await ok(api.POST('/api/voice/portal/withdraw', { body })));
      }}
      onDone={onDone}
    />
  );
}
