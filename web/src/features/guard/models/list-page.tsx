//! The versions of the score model, newest first: which one scores, which wait for a second person. A file is uploaded here.

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Alert, Button, type TableProps } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { holds, useSession } from '../../../api/session.ts';
import type { Language } from '../../../lib/language.ts';
import { countText } from '../../../lib/quantity.ts';
import { useShortcuts } from '../../../lib/shortcuts.ts';
import { textOf } from '../../../lib/text.ts';
import { momentOf } from '../../../lib/time.ts';
import { ActorName } from '../../../parts/names.tsx';
import { type Mood, MoodTag } from '../../../ui/mood.tsx';
import { Page } from '../../../ui/page.tsx';
import { VersionsPanel } from '../versions-panel.tsx';
import { engineQuery, modelPages, type ScoreModel } from './data.ts';
import { type ModelFilters, type ModelState, STATES } from './filters.ts';
import { UploadModel } from './upload-model.tsx';

const MOODS: Record<ModelState, Mood> = { proposed: 'soon', live: 'met', retired: 'none' };

/** A reason is a sentence or two; wider, it would push everything else out of sight. */
const REASON_PX = 300;

const route = getRouteApi('/score-models');

/** The versions with the filters of the address. */
export function ModelsRoute() {
  return <ModelsPage filters={route.useSearch()} />;
}

export function ModelStateTag({ state }: { state: ModelState }) {
  const { t } = useTranslation('guard');
  return <MoodTag mood={MOODS[state]}>{t(`modelState.${state}`)}</MoodTag>;
}

export function ModelsPage({ filters }: { filters: ModelFilters }) {
  const { t } = useTranslation('guard');
  const navigate = useNavigate();
  const session = useSession();
  const canPropose = holds(session, 'guard.model.propose');
  const [isUploading, setUploading] = useState(false);
  const query = useInfiniteQuery(modelPages(filters));
  const columns = useColumns();
  const open = (id: string) => void navigate({ to: '/score-models/$model', params: { model: id } });
  const change = (state: ModelState | undefined) =>
    void navigate({ to: '/score-models', search: state ? { state } : {}, replace: true });
  const begin = () => setUploading(true);
  useShortcuts(canPropose ? [{ keys: 'n', label: t('model.upload'), group: 'page', run: begin }] : []);
  return (
    <Page
      title={t('model.title')}
      note={t('model.note')}
      actions={
        canPropose ? (
          <Button type="primary" onClick={begin}>
            {t('model.upload')}
          </Button>
        ) : null
      }
    >
      {holds(session, 'guard.decision.see') ? <Trouble /> : null}
      <VersionsPanel<ScoreModel, ModelState>
        title={t('model.versions')}
        states={STATES.map((value) => ({ value, label: t(`modelState.${value}`) }))}
        state={filters.state}
        onState={change}
        label={t('model.versions')}
        query={query}
        columns={columns}
        empty={t('model.none')}
        onOpen={(row) => open(row.id)}
      />
      <UploadModel open={isUploading} onClose={() => setUploading(false)} onUploaded={open} />
    </Page>
  );
}

/** The live version may not run: the file is gone, or looks at what is no longer there. Rules then decide alone. */
function Trouble() {
  const { t, i18n } = useTranslation('guard');
  const { data } = useQuery(engineQuery);
  const fault = data?.model?.fault;
  if (!fault) return null;
  return (
    <Alert type="error" showIcon role="alert" title={t('model.fault')} description={textOf(fault, i18n.language)} />
  );
}

function useColumns(): TableProps<ScoreModel>['columns'] {
  const { t, i18n } = useTranslation('guard');
  const language = i18n.language as Language;
  const count = (value: number) => <span className="numbers">{countText(value, language)}</span>;
  return [
    { key: 'state', title: t('column.stage'), render: (_, row) => <ModelStateTag state={row.state} /> },
    {
      key: 'number',
      title: t('scenario.number'),
      render: (_, row) => (
        <Link to="/score-models/$model" params={{ model: row.id }}>
          {t('scenario.version', { number: row.number })}
        </Link>
      ),
    },
    {
      key: 'reason',
      title: t('model.reason'),
      render: (_, row) => <div style={{ width: REASON_PX, whiteSpace: 'normal' }}>{row.reason}</div>,
    },
    { key: 'format', title: t('model.format'), render: (_, row) => t(`modelFormat.${row.format}`) },
    { key: 'trees', title: t('model.trees'), align: 'right', render: (_, row) => count(row.trees) },
    { key: 'inputs', title: t('model.inputs'), align: 'right', render: (_, row) => count(row.inputs.length) },
    {
      key: 'proposed',
      title: t('model.proposed'),
      render: (_, row) => (
        <>
          <ActorName actor={row.proposed_by} /> <span className="numbers">{momentOf(row.proposed_at)}</span>
        </>
      ),
    },
    { key: 'live', title: t('scenario.live'), render: (_, row) => (row.live_at ? momentOf(row.live_at) : '—') },
  ];
}
