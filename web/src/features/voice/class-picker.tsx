//! Choosing a class of one axis, as a tree with search in the reader's language.

import { useQuery } from '@tanstack/react-query';
import { TreeSelect } from 'antd';
import { useTranslation } from 'react-i18next';
import { textOf } from '../../lib/text.ts';
import { axesQuery } from './data.ts';
import type { Axis } from './words.ts';

interface ClassPickerProps {
  axis: Axis;
  value?: string | undefined;
  onChange?: (key: string | undefined) => void;
  id?: string;
  placeholder?: string;
  'aria-label'?: string;
}

export function ClassPicker({ axis, value, onChange, ...others }: ClassPickerProps) {
  const { i18n } = useTranslation();
  const { data } = useQuery(axesQuery);
  const classes = data?.axes.find((one) => one.axis === axis)?.classes ?? [];
  return (
    <TreeSelect
      {...others}
      value={value}
      onChange={(next: string | undefined) => onChange?.(next)}
      allowClear
      showSearch={{ treeNodeFilterProp: 'title' }}
      treeDataSimpleMode
      treeDefaultExpandAll
      treeData={classes.map((one) => ({
        id: one.key,
        value: one.key,
        title: textOf(one.title, i18n.language),
        ...(one.parent ? { pId: one.parent } : {}),
      }))}
      popupMatchSelectWidth={280}
    />
  );
}
