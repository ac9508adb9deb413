//! The form of an act, beside the order rather than over it: one reads on while writing.

import { Drawer } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Order } from '../data.ts';
import { entryOf, isVerb } from './verbs.ts';

interface ActDrawerProps {
  order: Order;
  verb: string | undefined;
  onClose: () => void;
}

const WIDTH = 420;
const WIDTH_WIDE = 620;

export function ActDrawer({ order, verb, onClose }: ActDrawerProps) {
  const { t } = useTranslation('voice');
  if (!isVerb(verb)) return null;
  const { form: Form, isWide } = entryOf(verb);
  return (
    <Drawer
      open
      key={verb}
      title={t(`verb.${verb}`)}
      onClose={onClose}
      mask={false}
      size={isWide ? WIDTH_WIDE : WIDTH}
      destroyOnHidden
    >
      <Form order={order} onDone={onClose} />
    </Drawer>
  );
}
