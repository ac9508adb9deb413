//! The workbench around its pages: looks, language, data, and who is signed in.

import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { App as AntApp, ConfigProvider } from 'antd';
import type { Locale } from 'antd/es/locale';
import en from 'antd/es/locale/en_GB';
import zh from 'antd/es/locale/zh_CN';
import dayjs from 'dayjs';
import 'dayjs/locale/zh-cn';
import { useEffect, useMemo } from 'react';
import { useSessionState } from '../api/session.ts';
import { changeLanguage } from '../i18n/start.ts';
import { workbenchWords } from '../i18n/workbench.ts';
import { type Language, tagOf } from '../lib/language.ts';
import { nonce } from '../lib/nonce.ts';
import { useIsDark, usePreferences } from '../lib/preferences.ts';
import { themeOf } from '../ui/theme.ts';
import { Entrance } from './entrance.tsx';
import { queryClient } from './query.ts';
import { router } from './router.tsx';

const LOCALES: Record<Language, Locale> = { zh, en };

function useLooks(): boolean {
  const isDark = useIsDark();
  const { language } = usePreferences();
  useEffect(() => {
    document.documentElement.toggleAttribute('data-dark', isDark);
  }, [isDark]);
  useEffect(() => {
    dayjs.locale(tagOf(language).toLowerCase());
    void changeLanguage(language, workbenchWords);
    // Sentences from the server are in the language they were asked in.
    void queryClient.invalidateQueries();
  }, [language]);
  return isDark;
}

export function App() {
  const isDark = useLooks();
  const { language, density } = usePreferences();
  const theme = useMemo(() => themeOf(isDark, density), [isDark, density]);
  const value = nonce();
  return (
    <ConfigProvider
      theme={theme}
      locale={LOCALES[language]}
      componentSize={density === 'compact' ? 'small' : 'middle'}
      {...(value ? { csp: { nonce: value } } : {})}
      button={{ autoInsertSpace: false }}
      form={{ requiredMark: 'optional', scrollToFirstError: true }}
    >
      <AntApp component="div" style={{ height: '100%' }}>
        <QueryClientProvider client={queryClient}>
          <Inside />
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}

/** The pages when somebody is signed in; a locked session keeps them mounted under the sign-in. */
function Inside() {
  const state = useSessionState();
  const isInside = state.stage === 'in' || state.stage === 'locked';
  const hasDuties = isInside && state.session.duties.length > 0;
  return (
    <>
      {isInside && !hasDuties ? <RouterProvider router={router} /> : null}
      {state.stage === 'in' && !hasDuties ? null : <Entrance state={state} />}
    </>
  );
}
