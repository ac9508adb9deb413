//! The form of an act, beside the interception rather than over it: one reads on while writing.

import { Drawer } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Interception } from '../data.ts';
import { entryOf, type VerbName } from './verbs.ts';

interface ActDrawerProps {
  interception: Interception;
  verb: VerbName | undefined;
  onClose: () => void;
  width?: number;
}

const WIDTH = 420;

export function ActDrawer({ interception, verb, onClose, width = WIDTH }: ActDrawerProps) {
  const { t } = useTranslation('guard');
  if (!verb) return null;
  const { form: Form } = entryOf(verb);
  return (
    <Drawer open key={verb} title={t(`verb.${verb}`)} onClose={onClose} mask={false} size={width} destroyOnHidden>
      <Form interception={interception} onDone={onClose} />
    </Drawer>
  );
}
