//! The bar above every page: search and commands, looks, help, and who is signed in.

import { BgColorsOutlined, DownOutlined, QuestionCircleOutlined, SearchOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { App, Button, Dropdown, type MenuProps, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { signOut, useSession } from '../api/session.ts';
import type { Language } from '../lib/language.ts';
import { type Density, prefer, type Scheme, usePreferences } from '../lib/preferences.ts';
import { asProblem } from '../lib/problem.ts';
import { useProblemSentence } from '../parts/problem-notice.tsx';
import styles from './shell.module.css';

interface TopBarProps {
  onSearch: () => void;
  onHelp: () => void;
}

export function TopBar({ onSearch, onHelp }: TopBarProps) {
  const { t } = useTranslation();
  return (
    <header className={styles.bar}>
      <button type="button" className={styles.search} onClick={onSearch} aria-keyshortcuts="Control+K">
        <SearchOutlined aria-hidden />
        <span>{t('palette.open')}</span>
        <kbd>Ctrl K</kbd>
      </button>
      <div className={styles.tools}>
        <LooksMenu />
        <Tooltip title={t('help.title')}>
          <Button type="text" icon={<QuestionCircleOutlined />} aria-label={t('help.title')} onClick={onHelp} />
        </Tooltip>
        <PersonMenu />
      </div>
    </header>
  );
}

function LooksMenu() {
  const { t } = useTranslation();
  const { language, scheme, density } = usePreferences();
  const items: MenuProps['items'] = [
    {
      type: 'group',
      label: t('looks.language'),
      children: (['zh', 'en'] as const).map((key) => ({ key: `language:${key}`, label: t(`looks.${key}`) })),
    },
    {
      type: 'group',
      label: t('looks.scheme'),
      children: (['system', 'light', 'dark'] as const).map((key) => ({
        key: `scheme:${key}`,
        label: t(`looks.${key}`),
      })),
    },
    {
      type: 'group',
      label: t('looks.density'),
      children: (['comfortable', 'compact'] as const).map((key) => ({
        key: `density:${key}`,
        label: t(`looks.${key}`),
      })),
    },
  ];
  const choose: MenuProps['onClick'] = ({ key }) => {
    const [what, value] = key.split(':');
    if (what === 'language') prefer({ language: value as Language });
    if (what === 'scheme') prefer({ scheme: value as Scheme });
    if (what === 'density') prefer({ density: value as Density });
  };
  const selectedKeys = [`language:${language}`, `scheme:${scheme}`, `density:${density}`];
  return (
    <Dropdown menu={{ items, onClick: choose, selectable: true, multiple: true, selectedKeys }} trigger={['click']}>
      <Button type="text" icon={<BgColorsOutlined />} aria-label={t('looks.title')} />
    </Dropdown>
  );
}

function PersonMenu() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const sentence = useProblemSentence();
  const navigate = useNavigate();
  const { staff, unit } = useSession();
  const leave = () => signOut().catch((error: unknown) => message.error(sentence(asProblem(error))));
  const items: MenuProps['items'] = [
    { key: 'account', label: t('place.account'), onClick: () => void navigate({ to: '/account' }) },
    { type: 'divider' },
    { key: 'out', label: t('shell.signOut'), onClick: () => void leave() },
  ];
  return (
    <Dropdown menu={{ items }} trigger={['click']} placement="bottomRight">
      <Button type="text" style={{ height: 40 }}>
        <span className="sr-only">{t('shell.person')}</span>
        <span className={styles.person}>
          <span>{staff?.name}</span>
          <small>{unit.name}</small>
        </span>
        <DownOutlined style={{ fontSize: 10 }} aria-hidden />
      </Button>
    </Dropdown>
  );
}
