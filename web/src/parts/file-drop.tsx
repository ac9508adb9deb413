//! A place to drop one file with a table in it, or to choose it.

import { Upload } from 'antd';
import { useTranslation } from 'react-i18next';

interface FileDropProps {
  file: File | undefined;
  onChange: (next: File | undefined) => void;
  hint: string;
}

export function FileDrop({ file, onChange, hint }: FileDropProps) {
  const { t } = useTranslation('people');
  return (
    <>
      <Upload.Dragger
        accept=".csv,.xlsx,.txt"
        maxCount={1}
        fileList={file ? [{ uid: 'file', name: file.name }] : []}
        beforeUpload={(next) => {
          onChange(next);
          return false;
        }}
        onRemove={() => onChange(undefined)}
      >
        <p>{t('imports.drop')}</p>
      </Upload.Dragger>
      <p style={{ margin: '6px 0 0', color: 'var(--ant-color-text-secondary)' }}>{hint}</p>
    </>
  );
}
