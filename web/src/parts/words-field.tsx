//! A field for sentences: grows with them, counts them, sends with Ctrl and Enter.
//!
//! The browser lets it grow. Ant Design's own way measures with a hidden field and styles that our policy refuses.

import { Form, Input } from 'antd';
import type { KeyboardEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './words-field.module.css';

/** As long as the server takes a remark. */
export const REMARK_CHARS_MAX = 4_000;
/** As long as the server takes a narrative or a part of a decision. */
export const NARRATIVE_CHARS_MAX = 20_000;

interface WordsProps {
  name: string | string[];
  label: string;
  extra?: ReactNode;
  rows?: number;
  charsMax: number;
  isOptional?: boolean;
  placeholder?: string;
}

export function Words({ name, label, extra, rows = 4, charsMax, isOptional = false, placeholder }: WordsProps) {
  const { t } = useTranslation();
  const form = Form.useFormInstance();
  const send = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.submit();
  };
  return (
    <Form.Item
      name={name}
      label={label}
      extra={extra}
      rules={isOptional ? [] : [{ required: true, whitespace: true, message: t('form.write') }]}
    >
      <Input.TextArea
        rows={rows}
        className={styles.words}
        maxLength={charsMax}
        showCount
        placeholder={placeholder}
        onKeyDown={send}
      />
    </Form.Item>
  );
}
