//! Seeing personal data in clear: asked why first, shown for two minutes, noted in the history by the server.

import { EyeOutlined } from '@ant-design/icons';
import { Button, Modal, Radio } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcuts } from '../lib/shortcuts.ts';
import { Key } from '../ui/key.tsx';
import { ProblemNotice } from './problem-notice.tsx';
import { useSubmit } from './submit.ts';

/** How long what was revealed stays on the screen: long enough to dial, short enough for a glance over the shoulder. */
const SHOWN_MS = 120_000;

/** What is shown in clear now, by field; empty again after a while. */
export function useShown<F extends string>() {
  const [shown, setShown] = useState<Partial<Record<F, string>>>({});
  const isShown = Object.keys(shown).length > 0;
  useEffect(() => {
    if (!isShown) return;
    const timer = setTimeout(() => setShown({}), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isShown]);
  return { shown, isShown, show: setShown, hide: () => setShown({}) };
}

interface RevealProps<G extends string, F extends string> {
  reveal: ReturnType<typeof useShown<F>>;
  /** Why one may ask, in words; the first is chosen from the start. */
  grounds: { value: G; label: string }[];
  /** Asks the server for the fields. */
  ask: (ground: G) => Promise<{ field: F; value: string }[]>;
  /** Whose, where one page has several. */
  label?: string;
  disabled: boolean;
  /** Why it is disabled. */
  reason: string | undefined;
  /** The letter that shows and hides it, where it is what one does all day. */
  shortcut?: string;
}

/** The button that shows or hides, with the question why. */
export function Reveal<G extends string, F extends string>(props: RevealProps<G, F>) {
  const { reveal, label, disabled, reason, shortcut } = props;
  const { t } = useTranslation();
  const [isAsking, setAsking] = useState(false);
  const [run, words] = reveal.isShown ? [reveal.hide, t('reveal.hide')] : [() => setAsking(true), t('reveal.show')];
  useShortcuts(shortcut && !disabled ? [{ keys: shortcut, label: words, group: 'page', run }] : []);
  if (reveal.isShown) {
    return (
      <Button size="small" onClick={reveal.hide} aria-keyshortcuts={shortcut}>
        {t('reveal.hide')} {shortcut ? <Key>{shortcut.toUpperCase()}</Key> : null}
      </Button>
    );
  }
  return (
    <>
      <Button
        size="small"
        icon={<EyeOutlined />}
        disabled={disabled}
        title={reason}
        aria-label={label}
        aria-description={reason}
        aria-keyshortcuts={shortcut}
        onClick={() => setAsking(true)}
      >
        {t('reveal.show')} {shortcut ? <Key>{shortcut.toUpperCase()}</Key> : null}
      </Button>
      <Modal
        open={isAsking}
        onCancel={() => setAsking(false)}
        footer={null}
        title={t('reveal.title')}
        destroyOnHidden
        width={420}
      >
        <Ask {...props} onDone={() => setAsking(false)} />
      </Modal>
    </>
  );
}

function Ask<G extends string, F extends string>(props: RevealProps<G, F> & { onDone: () => void }) {
  const { reveal, grounds, ask, onDone } = props;
  const { t } = useTranslation();
  const [ground, setGround] = useState(grounds[0]?.value);
  const submission = useSubmit();
  const send = () =>
    submission.run(async () => {
      if (ground === undefined) return;
      const fields = await ask(ground);
      reveal.show(Object.fromEntries(fields.map(({ field, value }) => [field, value])) as Partial<Record<F, string>>);
      onDone();
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <p>{t('reveal.hint')}</p>
      <Radio.Group
        aria-label={t('reveal.why')}
        value={ground}
        onChange={(event) => setGround(event.target.value as G)}
        options={grounds}
        style={{ display: 'grid', gap: 6, marginBottom: 16 }}
      />
      {submission.problem ? <ProblemNotice error={submission.problem} /> : null}
      <Button type="primary" htmlType="submit" loading={submission.busy}>
        {t('reveal.show')}
      </Button>
    </form>
  );
}
