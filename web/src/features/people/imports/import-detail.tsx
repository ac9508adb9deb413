//! One list: how far it is, what became of its rows, and what is wrong with which line.

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { saveFile } from '../../../lib/save-file.ts';
import { csvOf } from '../../../lib/table-file.ts';
import { textOf } from '../../../lib/text.ts';
import { momentOf } from '../../../lib/time.ts';
import { ImportFaults, ImportProgress } from '../../../parts/import-outcome.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { ActorName } from '../../../parts/names.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { type ImportDetail, importQuery } from './data.ts';

export function ImportDetailView({ id }: { id: string }) {
  const query = useQuery(importQuery(id));
  return <Loaded query={query}>{(detail) => <Detail detail={detail} />}</Loaded>;
}

function Detail({ detail }: { detail: ImportDetail }) {
  const { t, i18n } = useTranslation('people');
  const { added, changed, unchanged, refused, errors } = detail;
  const save = () => {
    const head = [t('imports.line'), t('imports.column'), t('imports.reason')];
    const rows = errors.map((row) => [row.line, row.column, textOf(row.reason, i18n.language)]);
    saveFile(csvOf([head, ...rows]), 'errors.csv');
  };
  return (
    <>
      <ImportProgress of={detail} ended={t('imports.ended', { added, changed, refused })} />
      <Facts
        facts={[
          [t('imports.kind'), t(`imports.kinds.${detail.kind}`)],
          [t('imports.by'), <ActorName key="by" actor={detail.taken_by} withUnit />],
          [t('imports.started'), momentOf(detail.started_at)],
          [t('imports.added'), added],
          [t('imports.changed'), changed],
          [t('imports.unchanged'), unchanged],
          [t('imports.refused'), refused],
        ]}
      />
      <ImportFaults errors={errors} total={refused} onSave={save} />
    </>
  );
}
