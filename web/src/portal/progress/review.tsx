//! Asking the unit above to examine the decision again: why one does not accept it.

import { useTranslation } from 'react-i18next';
import { api, ok } from '../../api/client.ts';
import type { PartProps } from './own-matter.tsx';
import { WordsForm } from './words-form.tsx';

export function Review({ matter, onChange, onDone }: PartProps) {
  const { t } = useTranslation('portal');
  return (
    <WordsForm
      meaning={t('review.means')}
      label={t('review.why')}
      isRequired
      back={t('file.back')}
      submit={t('review.send')}
      kind="main"
      onSend={async (why = '') => {
        const body = { token: matter.token, why };
        onChange(await ok(api.POST('/api/voice/portal/review', { body })));
      }}
      onDone={onDone}
    />
  );
}
