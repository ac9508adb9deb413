//! The menu of saved views: choose one, save the present filters, remove one.

import { DeleteOutlined, DownOutlined } from '@ant-design/icons';
import { Button, Input, Popover } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../../api/session.ts';
import { countOf, type Filters, isSame, OPEN_STAGES } from './filters.ts';
import styles from './saved-views.module.css';
import { NAME_CHARS_MAX, removeView, saveView, useViews, type View } from './views.ts';

interface SavedViewsProps {
  filters: Filters;
  onChoose: (filters: Filters) => void;
}

export function SavedViews({ filters, onChoose }: SavedViewsProps) {
  const { t } = useTranslation('voice');
  const owner = useSession().staff?.number ?? '';
  const [isOpen, setOpen] = useState(false);
  const ready: View[] = [
    { name: t('view.open'), filters: { stage: OPEN_STAGES.join(',') } },
    { name: t('view.mine'), filters: { handler: 'me', stage: OPEN_STAGES.join(',') } },
    { name: t('view.new'), filters: { stage: 'filed' } },
    { name: t('view.untold'), filters: { stage: 'decided' } },
    { name: t('view.visits'), filters: { stage: 'notified' } },
  ];
  const own = useViews(owner);
  const choose = (view: View) => {
    onChoose(view.filters);
    setOpen(false);
  };
  const present = [...own, ...ready].find((view) => isSame(view.filters, filters));
  return (
    <Popover
      open={isOpen}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomLeft"
      content={
        <div className={styles.menu}>
          <Views title={t('view.ready')} views={ready} filters={filters} onChoose={choose} />
          {own.length > 0 ? (
            <Views
              title={t('view.own')}
              views={own}
              filters={filters}
              onChoose={choose}
              onRemove={(view) => removeView(owner, view.name)}
            />
          ) : null}
          {countOf(filters) > 0 ? <Save onSave={(name) => saveView(owner, name, filters)} /> : null}
        </div>
      }
    >
      <Button aria-expanded={isOpen}>
        {present?.name ?? t('view.title')} <DownOutlined style={{ fontSize: 10 }} aria-hidden />
      </Button>
    </Popover>
  );
}

interface ViewsProps {
  title: string;
  views: View[];
  filters: Filters;
  onChoose: (view: View) => void;
  onRemove?: (view: View) => void;
}

function Views({ title, views, filters, onChoose, onRemove }: ViewsProps) {
  const { t } = useTranslation('voice');
  return (
    <section>
      <h3 className={styles.title}>{title}</h3>
      <ul className={styles.list}>
        {views.map((view) => (
          <li key={view.name}>
            <button
              type="button"
              className={styles.view}
              aria-current={isSame(view.filters, filters)}
              onClick={() => onChoose(view)}
            >
              {view.name}
            </button>
            {onRemove ? (
              <Button
                type="text"
                size="small"
                icon={<DeleteOutlined />}
                aria-label={t('view.remove', { name: view.name })}
                onClick={() => onRemove(view)}
              />
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Save({ onSave }: { onSave: (name: string) => void }) {
  const { t } = useTranslation('voice');
  const [name, setName] = useState('');
  const save = () => {
    if (name.trim() === '') return;
    onSave(name.trim());
    setName('');
  };
  return (
    <form
      className={styles.save}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Input
        size="small"
        maxLength={NAME_CHARS_MAX}
        placeholder={t('view.name')}
        aria-label={t('view.name')}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Button size="small" htmlType="submit">
        {t('view.save')}
      </Button>
    </form>
  );
}
