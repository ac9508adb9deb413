//! One of a closed list, or several, each with its words.

import { Checkbox, Form, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import styles from './interceptions.module.css';

interface ChoiceProps<T extends string> {
  name: string;
  label: string;
  options: readonly T[];
  word: (option: T) => string;
  extra?: string;
  onChoose?: (option: T) => void;
}

export function Choice<T extends string>({ name, label, options, word, extra, onChoose }: ChoiceProps<T>) {
  const { t } = useTranslation();
  return (
    <Form.Item name={name} label={label} extra={extra} rules={[{ required: true, message: t('form.choose') }]}>
      <Radio.Group
        className={styles.choices}
        options={options.map((value) => ({ value, label: word(value) }))}
        onChange={(event) => onChoose?.(event.target.value as T)}
      />
    </Form.Item>
  );
}

interface ManyProps {
  name: string;
  label: string;
  options: { value: string; label: string }[];
  extra?: string;
}

/** Several of a list; what must be there the server says. */
export function Many({ name, label, options, extra }: ManyProps) {
  return (
    <Form.Item name={name} label={label} extra={extra}>
      <Checkbox.Group className={styles.choices} options={options} />
    </Form.Item>
  );
}
