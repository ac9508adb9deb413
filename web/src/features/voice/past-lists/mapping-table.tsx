//! Which column gives which part of an order, how it is read, and what the list's words mean.

import { Select, Table, type TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { capital, textOf } from '../../../lib/text.ts';
import { MoodTag } from '../../../ui/mood.tsx';
import { type Field, type Look, type Mapping, openWords, specOf, withColumn, withSpec, withWord } from './data.ts';
import styles from './past-lists.module.css';
import { saidOf } from './said.ts';

interface MappingTableProps {
  found: Look;
  mapping: Mapping;
  onChange: (next: Mapping) => void;
}

export function MappingTable({ found, mapping, onChange }: MappingTableProps) {
  const { t, i18n } = useTranslation('lists');
  const name = (field: Field) => capital(textOf(field.title, i18n.language));
  const hasWords = (field: Field) => field.words.length > 0 && specOf(mapping, field.field)?.column !== undefined;
  const columns: TableProps<Field>['columns'] = [
    {
      key: 'field',
      title: t('mapping.part'),
      width: 170,
      render: (_, field) => (
        <>
          {name(field)}
          {field.field === 'received' ? <b className={styles.needed}> {t('mapping.needed')}</b> : null}
        </>
      ),
    },
    {
      key: 'column',
      title: t('mapping.column'),
      width: 260,
      render: (_, field) => (
        <Select<string>
          aria-label={t('mapping.columnOf', { field: name(field) })}
          size="small"
          className={styles.wide}
          allowClear
          showSearch
          placeholder={t('mapping.none')}
          value={columnOf(mapping, field) ?? null}
          onChange={(column: string | undefined) => onChange(withColumn(mapping, field, column))}
          options={found.columns.map((one) => ({ value: one.name, label: one.name }))}
        />
      ),
    },
    {
      key: 'how',
      title: t('mapping.how'),
      width: 230,
      render: (_, field) => <How {...{ field, mapping, onChange }} />,
    },
    { key: 'seen', title: t('mapping.seen'), render: (_, field) => <Seen found={found} field={field} /> },
  ];
  return (
    <section className={styles.scrolled} aria-label={t('mapping.title')}>
      <Table<Field>
        aria-label={t('mapping.title')}
        sticky
        size="small"
        columns={columns}
        dataSource={found.fields}
        rowKey={(field) => field.field}
        pagination={false}
        scroll={{ x: 820 }}
        expandable={{
          rowExpandable: hasWords,
          defaultExpandedRowKeys: found.fields
            .filter((one) => openWords(mapping, one).length > 0)
            .map((one) => one.field),
          expandedRowRender: (field) => <Words {...{ field, mapping, onChange }} />,
        }}
      />
    </section>
  );
}

/** Where a field comes from: a column, or several that a saved mapping joins. */
function columnOf(mapping: Mapping, { field }: Field): string | undefined {
  const spec = specOf(mapping, field);
  return spec?.column ?? spec?.columns?.join(' + ') ?? undefined;
}

interface FieldProps {
  field: Field;
  mapping: Mapping;
  onChange: (next: Mapping) => void;
}

/** Ways of writing a date that a list must be asked about; all others are understood by themselves. */
const FORMATS = [
  '%d/%m/%Y',
  '%m/%d/%Y',
  '%d.%m.%Y',
  '%d-%m-%Y',
  '%d-%b-%Y',
  '%d/%m/%Y %H:%M',
  '%m/%d/%Y %H:%M',
] as const;
const UNITS = ['yuan', 'fen', 'wan_yuan'] as const;

/** `%d/%m/%Y` as people write it: 31/12/2026. */
function written(format: string): string {
  const parts: Record<string, string> = { d: '31', m: '12', Y: '2026', b: 'Dec', H: '17', M: '30', S: '00', y: '26' };
  return format.replaceAll(/%-?(\w)/g, (all, letter: string) => parts[letter] ?? all);
}

function How({ field, mapping, onChange }: FieldProps) {
  const { t, i18n } = useTranslation('lists');
  const spec = specOf(mapping, field.field);
  if (!spec?.column) return null;
  const name = capital(textOf(field.title, i18n.language));
  if (field.is_date) {
    const known = [...new Set([...FORMATS, ...(spec.formats ?? [])])];
    return (
      <Select<string>
        aria-label={t('mapping.howOf', { field: name })}
        size="small"
        className={styles.wide}
        value={spec.formats?.[0] ?? ''}
        onChange={(format) => {
          const { formats: _, ...rest } = spec;
          onChange(withSpec(mapping, field.field, format === '' ? rest : { ...rest, formats: [format] }));
        }}
        options={[
          { value: '', label: t('mapping.plainDate') },
          ...known.map((format) => ({ value: format, label: written(format) })),
        ]}
      />
    );
  }
  if (field.field === 'amount') {
    return (
      <Select<string>
        aria-label={t('mapping.howOf', { field: name })}
        size="small"
        className={styles.wide}
        value={spec.unit ?? 'yuan'}
        onChange={(unit) => onChange(withSpec(mapping, field.field, { ...spec, unit }))}
        options={UNITS.map((unit) => ({ value: unit, label: t(`mapping.unit.${unit}`) }))}
      />
    );
  }
  const open = openWords(mapping, field).length;
  if (field.words.length === 0) return null;
  return open > 0 ? (
    <MoodTag mood="soon">{t('mapping.open', { count: open })}</MoodTag>
  ) : (
    <MoodTag mood="met">{t('mapping.allKnown')}</MoodTag>
  );
}

/** What the first rows say there, as it was understood. */
function Seen({ found, field }: { found: Look; field: Field }) {
  const { i18n } = useTranslation();
  const said = found.rows.flatMap((row) => row.values.filter((one) => one.field === field.field));
  const examples = [...new Set(said.map(({ value }) => saidOf(field, value, i18n.language)))].slice(0, 2);
  return <span className={styles.quiet}>{examples.join(' · ')}</span>;
}

/** The words of the list, each with one of ours. */
function Words({ field, mapping, onChange }: FieldProps) {
  const { t, i18n } = useTranslation('lists');
  const spec = specOf(mapping, field.field);
  const known = new Map(Object.entries(spec?.map ?? {}).map(([word, ours]) => [word.trim().toLowerCase(), ours]));
  const options = field.choices.map(({ word, title }) => ({
    value: word,
    label: capital(textOf(title, i18n.language)),
  }));
  const rest = (ours: string | undefined) => {
    if (!spec) return;
    const { default: _, ...others } = spec;
    onChange(withSpec(mapping, field.field, ours === undefined ? others : { ...others, default: ours }));
  };
  const choice = (label: string, value: string | undefined | null, then: (next: string | undefined) => void) => (
    <Select<string>
      aria-label={label}
      size="small"
      className={styles.word}
      allowClear
      showSearch={{ optionFilterProp: 'label' }}
      placeholder={t('mapping.choose')}
      value={value ?? null}
      onChange={then}
      options={options}
    />
  );
  return (
    <ul className={styles.words}>
      {field.words.map(({ word, rows }) => (
        <li key={word}>
          <span className={styles.theirs} title={word}>
            {word} <span className={styles.quiet}>{rows}</span>
          </span>
          {choice(word, known.get(word.toLowerCase()), (ours) => onChange(withWord(mapping, field.field, word, ours)))}
        </li>
      ))}
      <li>
        <span className={styles.theirs}>{t('mapping.rest')}</span>
        {choice(t('mapping.rest'), spec?.default, rest)}
      </li>
    </ul>
  );
}
