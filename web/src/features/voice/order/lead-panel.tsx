//! What a president has to do with the order: why it was proposed, what departments were told, what they reported.

import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import { useNow } from '../../../lib/now.ts';
import { dateOf, momentOf } from '../../../lib/time.ts';
import { ActorName, UnitName } from '../../../parts/names.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { type Mood, MoodTag } from '../../../ui/mood.tsx';
import { Panel } from '../../../ui/panel.tsx';
import type { Order } from '../data.ts';
import styles from './order-page.module.css';

const MOODS: Record<Schemas['LeadState'], Mood> = {
  proposed: 'soon',
  taken: 'calm',
  declined: 'none',
  closed: 'met',
};

export function LeadPanel({ order }: { order: Order }) {
  const { t } = useTranslation('voice');
  const { lead } = order;
  if (!lead) return null;
  const grounds = lead.grounds.map((ground) => t(`leadGround.${ground}`)).join(t('guess.and'));
  return (
    <Panel title={t('lead.title')} extra={<MoodTag mood={MOODS[lead.state]}>{t(`leadState.${lead.state}`)}</MoodTag>}>
      <Facts
        facts={[
          [t('lead.grounds'), [grounds, lead.why].filter(Boolean).join(' · ')],
          [
            t('lead.proposed'),
            <>
              {momentOf(lead.proposed_at)} · <ActorName actor={lead.proposed_by} />
            </>,
          ],
          ...(lead.president
            ? [[t('lead.president'), <ActorName key="president" actor={lead.president} />] as [string, React.ReactNode]]
            : []),
          ...(lead.remark ? [[t('lead.remark'), lead.remark] as [string, string]] : []),
        ]}
      />
      {lead.instructions.length > 0 ? (
        <ol className={styles.list}>
          {lead.instructions.map((one) => (
            <Instruction key={one.number} instruction={one} />
          ))}
        </ol>
      ) : null}
    </Panel>
  );
}

function Instruction({ instruction }: { instruction: Schemas['InstructionBody'] }) {
  const { t } = useTranslation('voice');
  const now = useNow();
  const { unit, text, due, is_open, replies } = instruction;
  const mood = is_open ? (Date.parse(due) < now ? 'overdue' : 'soon') : 'met';
  return (
    <li>
      <div className={styles.line}>
        <span className={styles.grow}>
          <UnitName path={unit} />
        </span>
        <MoodTag mood={mood}>{is_open ? t('lead.waiting') : t('lead.reported')}</MoodTag>
      </div>
      <p className={styles.text}>{text}</p>
      {is_open ? <div className={styles.quiet}>{t('lead.dueOn', { day: dateOf(due) })}</div> : null}
      {replies.map((reply) => (
        <div key={`${reply.at} ${reply.by}`} className={styles.said}>
          <div className={styles.quiet}>
            {reply.is_demand ? `${t('lead.demand')} · ` : ''}
            {momentOf(reply.at)} · <ActorName actor={reply.by} />
          </div>
          {reply.text}
        </div>
      ))}
    </li>
  );
}
