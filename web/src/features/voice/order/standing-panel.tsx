//! How the order came to where it is and who answers for it, where the plain procedure does not say it by itself.

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Language } from '../../../lib/language.ts';
import { amountText } from '../../../lib/money.ts';
import { textOf } from '../../../lib/text.ts';
import { momentOf } from '../../../lib/time.ts';
import { ActorName, UnitName } from '../../../parts/names.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { MoodTag } from '../../../ui/mood.tsx';
import { Panel } from '../../../ui/panel.tsx';
import type { Order } from '../data.ts';

type Fact = [name: string, value: ReactNode];

export function StandingPanel({ order }: { order: Order }) {
  const { t } = useTranslation('voice');
  const way = useWay(order);
  const people = usePeople(order);
  const facts = [...way, ...people];
  if (facts.length === 0) return null;
  return (
    <Panel title={t('way.title')} extra={order.urgent ? <MoodTag mood="overdue">{t('way.urgent')}</MoodTag> : null}>
      <Facts facts={facts} />
    </Panel>
  );
}

/** By which way it came: the way in, the rule that sent it, the lane it is on. */
function useWay({ origin, routed, urgent, untaken, superior_assigns }: Order): Fact[] {
  const { t, i18n } = useTranslation('voice');
  const facts: Fact[] = [];
  if (origin.entry) facts.push([t('way.entry'), t(`entry.${origin.entry}`)]);
  if (origin.hotline) facts.push([t('sender.hotline'), t(`hotline.${origin.hotline}`)]);
  if (origin.sent_on) facts.push([t('sender.sentOn'), origin.sent_on]);
  if (origin.outstanding.length > 0) {
    facts.push([t('way.owed'), origin.outstanding.map((item) => t(`report.item.${item}`)).join(t('guess.and'))]);
  }
  if (routed) {
    const because = routed.because.map((text) => textOf(text, i18n.language)).join(t('and'));
    facts.push([t('way.routed'), [routed.name, because].filter(Boolean).join(' · ')]);
  }
  if (urgent) {
    const ground = t(`urgentGround.${urgent.ground}`);
    facts.push([t('way.urgent'), t('way.since', { ground, at: momentOf(urgent.since) })]);
    if (urgent.on_call) facts.push([t('way.onCall'), <ActorName key="on-call" actor={urgent.on_call} />]);
  }
  if (untaken > 0) facts.push([t('way.untaken'), t('way.times', { count: untaken })]);
  if (superior_assigns) facts.push([t('way.superior'), <UnitName key="superior" path={superior_assigns} />]);
  return facts;
}

/** Who answers, who has no hand in it, what was asked for above somebody's limit, and what lay at the root. */
function usePeople({ answerable, unit, recusals, awards, cause }: Order): Fact[] {
  const { t, i18n } = useTranslation('voice');
  const facts: Fact[] = [];
  if (answerable !== unit) facts.push([t('way.answerable'), <UnitName key="answerable" path={answerable} />]);
  if (recusals.length > 0) {
    facts.push([
      t('way.recusals'),
      recusals.map(({ person, ground }) => (
        <div key={person}>
          <ActorName actor={person} />
          {t('way.person', { ground: t(`recusal.${ground}`) })}
        </div>
      )),
    ]);
  }
  if (awards.length > 0) {
    const language = i18n.language as Language;
    facts.push([
      t('way.awards'),
      awards.map(({ number, state, compensation, waiver, by }) => (
        <div key={number}>
          {[compensation, waiver].flatMap((amount) => (amount ? [amountText(amount, language)] : [])).join(' + ')}{' '}
          <MoodTag mood={state === 'open' ? 'soon' : 'none'}>{t(`awardState.${state as 'open'}`)}</MoodTag>{' '}
          <ActorName actor={by} />
        </div>
      )),
    ]);
  }
  if (cause) facts.push([t('way.cause'), textOf(cause.title, i18n.language)]);
  return facts;
}
