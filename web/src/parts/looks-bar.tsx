//! Language and colours in one small row, for the front door.

import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Language } from '../lib/language.ts';
import { prefer, type Scheme, usePreferences } from '../lib/preferences.ts';

export function LooksBar() {
  const { t } = useTranslation();
  const { language, scheme } = usePreferences();
  return (
    <div style={{ display: 'flex', justifyContent: 'space-between', marginTop: 24 }}>
      <Segmented<Language>
        size="small"
        aria-label={t('looks.language')}
        value={language}
        onChange={(next) => prefer({ language: next })}
        options={[
          { value: 'zh', label: t('looks.zh') },
          { value: 'en', label: t('looks.en') },
        ]}
      />
      <Segmented<Scheme>
        size="small"
        aria-label={t('looks.scheme')}
        value={scheme}
        onChange={(next) => prefer({ scheme: next })}
        options={[
          { value: 'system', label: t('looks.system') },
          { value: 'light', label: t('looks.light') },
          { value: 'dark', label: t('looks.dark') },
        ]}
      />
    </div>
  );
}
