//! The organisation: a tree that is opened level by level or searched, and what is known of the chosen unit.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Input, Tree, type TreeDataNode } from 'antd';
import { useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Loaded, Nothing } from '../../../parts/loaded.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { foundUnitsQuery, levelQuery, type Unit, unitQuery } from '../../../parts/units.ts';
import { Facts } from '../../../ui/facts.tsx';
import { MoodTag } from '../../../ui/mood.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import styles from './organisation-page.module.css';

const route = getRouteApi('/organisation');

export function OrganisationPage() {
  const { t } = useTranslation('people');
  const { unit } = route.useSearch();
  const navigate = useNavigate();
  const choose = (id: string) => void navigate({ to: '/organisation', search: { unit: id }, replace: true });
  return (
    <Page title={t('organisation.title')} fill>
      <div className={styles.columns}>
        <Panel title={t('organisation.tree')} flush>
          <Chart chosen={unit} onChoose={choose} />
        </Panel>
        {unit ? <UnitPanel id={unit} /> : <p className={styles.hint}>{t('organisation.choose')}</p>}
      </div>
    </Page>
  );
}

interface ChartProps {
  chosen: string | undefined;
  onChoose: (id: string) => void;
}

function Chart({ chosen, onChoose }: ChartProps) {
  const { t } = useTranslation('people');
  const [words, setWords] = useState('');
  const typed = useDeferredValue(words.trim());
  const found = useQuery(foundUnitsQuery(typed));
  return (
    <>
      <div className={styles.search}>
        <Input.Search
          allowClear
          value={words}
          onChange={(event) => setWords(event.target.value)}
          placeholder={t('organisation.search')}
          aria-label={t('organisation.search')}
        />
      </div>
      {typed === '' ? (
        <LazyTree chosen={chosen} onChoose={onChoose} />
      ) : (
        <Loaded
          query={found}
          isEmpty={(units) => units.length === 0}
          empty={<Nothing>{t('organisation.none')}</Nothing>}
        >
          {(units) => <Found units={units} chosen={chosen} onChoose={onChoose} />}
        </Loaded>
      )}
    </>
  );
}

function Found({ units, chosen, onChoose }: ChartProps & { units: Unit[] }) {
  return (
    <ul className={styles.found}>
      {units.map((unit) => (
        <li key={unit.id}>
          <button type="button" aria-current={unit.id === chosen} onClick={() => onChoose(unit.id)}>
            {unit.name} <small>{unit.code}</small>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Rows of the tree as far as the window shows them; twenty thousand are never drawn at once. */
const TREE_HEIGHT = 560;

function LazyTree({ chosen, onChoose }: ChartProps) {
  const queries = useQueryClient();
  const top = useQuery(levelQuery(undefined));
  const [below, setBelow] = useState<ReadonlyMap<string, Unit[]>>(new Map());
  const treeData = useMemo(() => (top.data ?? []).map((unit) => nodeOf(unit, below)), [top.data, below]);
  if (top.error) return <ProblemNotice error={top.error} onRetry={() => void top.refetch()} />;
  if (!top.data) return null;
  return (
    <Tree
      blockNode
      virtual
      height={TREE_HEIGHT}
      treeData={treeData}
      selectedKeys={chosen ? [chosen] : []}
      onSelect={([key]) => {
        if (key !== undefined) onChoose(String(key));
      }}
      loadData={async ({ key }) => {
        const units = await queries.fetchQuery(levelQuery(String(key)));
        setBelow((before) => new Map(before).set(String(key), units));
      }}
      className={styles.tree}
    />
  );
}

function nodeOf(unit: Unit, below: ReadonlyMap<string, Unit[]>): TreeDataNode {
  const children = below.get(unit.id);
  return {
    key: unit.id,
    title: `${unit.name} ${unit.code}`,
    isLeaf: !unit.has_children,
    ...(children ? { children: children.map((child) => nodeOf(child, below)) } : {}),
  };
}

function UnitPanel({ id }: { id: string }) {
  const { t } = useTranslation('people');
  const query = useQuery(unitQuery(id));
  return (
    <Loaded query={query} rows={5}>
      {(unit) => (
        <Panel
          title={unit.name}
          extra={unit.status === 'closed' ? <MoodTag mood="none">{t('unit.closed')}</MoodTag> : null}
        >
          <Facts
            facts={[
              [t('unit.code'), unit.code],
              [t('unit.kind'), t(`unitKind.${unit.kind}`)],
              [t('unit.above'), unit.above.map((above) => above.name).join(' › ')],
              [t('unit.region'), unit.region || '—'],
              [
                t('unit.staff'),
                <Link key="staff" to="/staff" search={{ unit: unit.id }}>
                  {t('unit.seeStaff')}
                </Link>,
              ],
              [
                t('unit.orders'),
                <Link key="orders" to="/orders" search={{ unit: unit.id }}>
                  {t('unit.seeOrders')}
                </Link>,
              ],
            ]}
          />
          <p className={styles.hint}>{t('organisation.import')}</p>
        </Panel>
      )}
    </Loaded>
  );
}
