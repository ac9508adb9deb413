//! Everybody who complains together, who of them speaks, and how far the procedure of a major event has come.

import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import { textOf } from '../../../lib/text.ts';
import { momentOf } from '../../../lib/time.ts';
import { ActorName } from '../../../parts/names.tsx';
import { Reveal, useShown } from '../../../parts/reveal.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { MoodTag } from '../../../ui/mood.tsx';
import { Panel } from '../../../ui/panel.tsx';
import type { Order } from '../data.ts';
import { stateOf } from './acts.ts';
import styles from './order-page.module.css';
import { REVEAL_GROUNDS, revealOf } from './revealing.ts';

export function GroupPanel({ order }: { order: Order }) {
  const { t } = useTranslation('voice');
  const { group } = order;
  if (!group || (group.members.length === 0 && !group.major)) return null;
  return (
    <Panel title={t('group.title')} extra={t('group.persons', { count: group.persons })} flush>
      <ul className={styles.list}>
        {group.members.map((member) => (
          <MemberLine key={member.number} order={order} member={member} />
        ))}
      </ul>
      {group.major ? <Major major={group.major} /> : null}
    </Panel>
  );
}

/** One who complains as well, masked; in clear for a reason, for two minutes, and leaving a trace. */
function MemberLine({ order, member }: { order: Order; member: Schemas['MemberBody'] }) {
  const { t } = useTranslation('voice');
  const reveal = useShown<Schemas['PersonalField']>();
  const { allowed, reason } = stateOf(order, 'reveal');
  const { representative_name: name, representative_phone: phone } = reveal.shown;
  const fields: Schemas['PersonalField'][] = member.phone_masked
    ? ['representative_name', 'representative_phone']
    : ['representative_name'];
  return (
    <li className={styles.line}>
      <span className={styles.grow}>
        {name ?? member.name_masked} <span className={`${styles.quiet} numbers`}>{phone ?? member.phone_masked}</span>
      </span>
      {member.has_left ? <MoodTag mood="none">{t('group.left')}</MoodTag> : null}
      {member.speaks && !member.has_left ? <MoodTag mood="calm">{t('group.speaker')}</MoodTag> : null}
      <Reveal
        reveal={reveal}
        label={t('group.reveal', { number: member.number })}
        grounds={REVEAL_GROUNDS.map((value) => ({ value, label: t(`reveal.${value}`) }))}
        disabled={!allowed || order.is_erased}
        reason={reason}
        ask={(ground) => revealOf(order.id, { fields, ground, member: member.number })}
      />
    </li>
  );
}

function Major({ major }: { major: Schemas['MajorBody'] }) {
  const { t, i18n } = useTranslation('voice');
  const say = (text: Schemas['TextBody']) => textOf(text, i18n.language);
  return (
    <div className={styles.likely}>
      <h3 className={styles.label}>{t('major.title')}</h3>
      <Facts
        facts={[
          [t('major.since'), momentOf(major.since)],
          [
            t('major.inCharge'),
            major.in_charge ? <ActorName key="charge" actor={major.in_charge} /> : t('major.nobody'),
          ],
          [t('major.reported'), major.reported_at ? momentOf(major.reported_at) : t('major.notYet')],
          ...(major.missing.length > 0
            ? [[t('major.missing'), major.missing.map(say).join(t('and'))] as [string, string]]
            : []),
        ]}
      />
      <ul className={styles.list}>
        {major.plan.map(({ item, title, is_done }) => (
          <li key={item} className={styles.line}>
            <span className={styles.grow}>{say(title)}</span>
            <MoodTag mood={is_done ? 'met' : 'soon'}>{is_done ? t('major.done') : t('major.open')}</MoodTag>
          </li>
        ))}
      </ul>
    </div>
  );
}
