//! Choosing a unit: by opening the tree level by level, or by typing part of a code or a name.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { TreeSelect } from 'antd';
import { useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { foundUnitsQuery, levelQuery, type Unit, unitQuery } from './units.ts';

interface UnitPickerProps {
  value?: string | undefined;
  onChange?: (id: string | undefined) => void;
  id?: string;
  placeholder?: string;
  'aria-label'?: string;
  allowClear?: boolean;
  style?: React.CSSProperties;
}

interface Node {
  id: string;
  value: string;
  pId?: string;
  title: string;
  isLeaf: boolean;
  disabled: boolean;
}

function nodeOf(unit: Unit, isFlat: boolean): Node {
  return {
    id: unit.id,
    value: unit.id,
    title: `${unit.name} (${unit.code})`,
    isLeaf: isFlat || !unit.has_children,
    disabled: unit.status === 'closed',
    ...(unit.parent && !isFlat ? { pId: unit.parent } : {}),
  };
}

export function UnitPicker({ value, onChange, allowClear = true, placeholder, ...others }: UnitPickerProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [words, setWords] = useState('');
  const typed = useDeferredValue(words.trim());
  const [opened, setOpened] = useState<Unit[]>([]);
  const top = useQuery(levelQuery(undefined));
  const found = useQuery(foundUnitsQuery(typed));
  const chosen = useQuery({ ...unitQuery(value ?? ''), enabled: value !== undefined });

  const nodes = useMemo(() => {
    if (typed !== '') return (found.data ?? []).map((unit) => nodeOf(unit, true));
    const all = [...(top.data ?? []), ...opened].map((unit) => nodeOf(unit, false));
    const isMissing = value !== undefined && !all.some((node) => node.id === value);
    // The chosen unit may lie on a level that was not opened; it is listed so that its name is shown.
    return isMissing && chosen.data ? [...all, nodeOf(chosen.data, true)] : all;
  }, [typed, found.data, top.data, opened, value, chosen.data]);

  return (
    <TreeSelect
      {...others}
      value={value}
      onChange={(next: string | undefined) => onChange?.(next)}
      placeholder={placeholder ?? t('unit.choose')}
      allowClear={allowClear}
      showSearch={{ searchValue: words, onSearch: setWords, filterTreeNode: false }}
      treeDataSimpleMode
      treeData={nodes}
      treeDefaultExpandedKeys={top.data?.map((unit) => unit.id) ?? []}
      loadData={async ({ id }) => {
        const below = await queries.fetchQuery(levelQuery(String(id)));
        setOpened((before) => [...before.filter((unit) => !below.some((one) => one.id === unit.id)), ...below]);
      }}
      notFoundContent={typed !== '' && !found.isFetching ? t('unit.none') : t('state.loading')}
      popupMatchSelectWidth={360}
    />
  );
}
