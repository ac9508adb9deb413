//! One list of past complaints: how far it is, what became of its rows, and what is wrong with which line.

import { useQuery } from '@tanstack/react-query';
import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../../../lib/problem.ts';
import { saveFile } from '../../../lib/save-file.ts';
import { momentOf } from '../../../lib/time.ts';
import { ImportFaults, ImportProgress } from '../../../parts/import-outcome.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { ActorName } from '../../../parts/names.tsx';
import { useProblemSentence } from '../../../parts/problem-notice.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { faultFile, type PastListDetail, pastListQuery } from './data.ts';

export function PastListDetailView({ id }: { id: string }) {
  const query = useQuery(pastListQuery(id));
  return <Loaded query={query}>{(detail) => <Detail detail={detail} />}</Loaded>;
}

function Detail({ detail }: { detail: PastListDetail }) {
  const { t } = useTranslation('lists');
  const { t: say } = useTranslation('people');
  const { message } = App.useApp();
  const sentence = useProblemSentence();
  const { taken, already, refused } = detail;
  const save = async () => {
    try {
      saveFile(await faultFile(detail.id), `${detail.source}-errors.csv`);
    } catch (error) {
      void message.error(sentence(asProblem(error)));
    }
  };
  return (
    <>
      <ImportProgress of={detail} ended={t('past.ended', { taken, already, refused })} />
      <Facts
        facts={[
          [t('past.source'), detail.source],
          [say('imports.by'), <ActorName key="by" actor={detail.taken_by} withUnit />],
          [say('imports.started'), momentOf(detail.started_at)],
          [t('past.taken'), taken],
          [t('past.already'), already],
          [t('past.repeated'), detail.repeated],
          [t('past.skipped'), detail.skipped],
          [t('past.refused'), refused],
        ]}
      />
      <ImportFaults errors={detail.errors} total={refused} onSave={() => void save()} />
    </>
  );
}
