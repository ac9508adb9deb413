//! What was said and written at each step, newest first, without names and numbers.

import { useTranslation } from 'react-i18next';
import { momentOf } from '../../../lib/time.ts';
import { ActorName } from '../../../parts/names.tsx';
import { Lines } from '../../../ui/lines.tsx';
import { Panel } from '../../../ui/panel.tsx';
import type { Interception } from '../data.ts';

/** The steps at which something is said, as the server names them. */
const STEPS = [
  'relative',
  'police',
  'limit',
  'appeal',
  'lift',
  'note',
  'settle',
  'report',
  'visit',
  'release',
] as const;

type Step = (typeof STEPS)[number];

export function SaidPanel({ interception }: { interception: Interception }) {
  const { t } = useTranslation('guard');
  const { said } = interception;
  if (said.length === 0) return null;
  const word = (step: string) => (STEPS.includes(step as Step) ? t(`said.${step as Step}`) : step);
  return (
    <Panel title={t('said.title')} flush>
      <Lines
        lines={[...said].reverse().map(({ step, at, by, text }) => ({
          key: `${step} ${at}`,
          main: `${word(step)} · ${text}`,
          side: (
            <>
              {momentOf(at)} <ActorName actor={by} />
            </>
          ),
        }))}
      />
    </Panel>
  );
}
