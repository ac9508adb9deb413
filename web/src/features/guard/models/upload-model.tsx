//! Uploading a version of the score model: what it was learnt from, and the file. What the engine cannot run is told by name.

import { App, Button, Form, Upload, type UploadFile } from 'antd';
import { useTranslation } from 'react-i18next';
import { Words } from '../../../parts/words-field.tsx';
import { Writing } from '../../../parts/writing.tsx';
import { useModelActs } from './data.ts';

/** As the server takes it. */
const REASON_CHARS_MAX = 500;

interface Typed {
  reason: string;
  file?: UploadFile[];
}

interface UploadModelProps {
  open: boolean;
  onClose: () => void;
  onUploaded: (id: string) => void;
}

export function UploadModel({ open, onClose, onUploaded }: UploadModelProps) {
  const { t } = useTranslation('guard');
  const common = useTranslation();
  const { message } = App.useApp();
  const acts = useModelActs();
  const send = async ({ reason, file = [] }: Typed) => {
    const content = file[0]?.originFileObj;
    if (!content) return;
    const { id } = await acts.upload(reason, content);
    void message.success(t('lists.waits'));
    onUploaded(id);
  };
  return (
    <Writing<Typed> open={open} title={t('model.upload')} onSend={send} onClose={onClose}>
      <p>{t('model.uploadHint')}</p>
      <Words
        name="reason"
        label={t('model.reason')}
        extra={t('model.reasonHint')}
        rows={3}
        charsMax={REASON_CHARS_MAX}
      />
      <Form.Item
        name="file"
        label={t('lists.file')}
        extra={t('model.fileHint')}
        rules={[{ required: true, message: common.t('form.choose') }]}
        valuePropName="fileList"
        getValueFromEvent={({ fileList }: { fileList: UploadFile[] }) => fileList.slice(-1)}
      >
        <Upload beforeUpload={() => false} accept=".txt,.json,.model" maxCount={1}>
          <Button>{t('lists.choose')}</Button>
        </Upload>
      </Form.Item>
    </Writing>
  );
}
