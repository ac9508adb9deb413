//! How one's own matter stands, its letters, and what one may do: say how satisfied one is, add a file, withdraw.

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../api/client.ts';
import { textOf } from '../../lib/text.ts';
import { momentOf } from '../../lib/time.ts';
import { Action } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { Screen } from '../parts/screen.tsx';
import { AddFile } from './add-file.tsx';
import { Letter } from './letter.tsx';
import { Review } from './review.tsx';
import { useSending } from './use-sending.ts';
import { Visit } from './visit.tsx';
import { Withdraw } from './withdraw.tsx';

export type Matter = Schemas['ProgressBody'];

export interface PartProps {
  matter: Matter;
  onChange: (matter: Matter) => void;
  onDone: () => void;
}

interface OwnMatterProps {
  matter: Matter;
  onChange: (matter: Matter) => void;
  onLeave: () => void;
}

/** What a customer may do, by the server's word for it; the first ones are asked for most. */
const PARTS = { visit: Visit, request_review: Review, attach: AddFile, withdraw: Withdraw };
type Doing = keyof typeof PARTS;
const DOINGS = Object.keys(PARTS) as Doing[];

const STEPS = ['filed', 'handling', 'decided', 'closed'] as const;

/** How far along the four steps that mean something to a customer. */
export function stepOf(stage: Matter['stage']): number {
  switch (stage) {
    case 'filed':
      return 0;
    case 'registered':
    case 'classified':
    case 'assigned':
    case 'handling':
      return 1;
    case 'decided':
    case 'notified':
      return 2;
    case 'closed':
    case 'withdrawn':
      return 3;
  }
}

export function OwnMatter({ matter, onChange, onLeave }: OwnMatterProps) {
  const { t, i18n } = useTranslation('portal');
  const [doing, setDoing] = useState<Doing>();
  const [done, setDone] = useState<string>();
  const may = (action: Doing) => matter.allowed_actions.some((one) => one.action === action && one.allowed);
  const again = useSending();
  const look = () =>
    again.send(async () => onChange(await ok(api.POST('/api/voice/portal/view', { body: { token: matter.token } }))));
  if (doing) {
    const Part = PARTS[doing];
    return (
      <Screen title={t(`own.${doing}`)} step={doing}>
        <Part
          matter={matter}
          onChange={(next) => {
            onChange(next);
            setDone(t(`own.${doing}Done`));
          }}
          onDone={() => setDoing(undefined)}
        />
      </Screen>
    );
  }
  return (
    <Screen title={t('own.title')}>
      <div role="status">{done ? <p className="aside">{done}</p> : null}</div>
      <p className="number">{matter.receipt}</p>
      <ol className="stages">
        {STEPS.map((step, index) => (
          <li
            key={step}
            aria-current={index === stepOf(matter.stage) ? 'step' : undefined}
            data-past={index <= stepOf(matter.stage)}
          >
            {t(`own.step.${step}`)}
          </li>
        ))}
      </ol>
      <p className="stage">{textOf(matter.stage_title, i18n.language)}</p>
      <dl className="check">
        <div>
          <dt>{t('file.short.matter')}</dt>
          <dd>{t(`matter.${matter.matter}`)}</dd>
        </div>
        <div>
          <dt>{t('receipt.at')}</dt>
          <dd>{momentOf(matter.received_at)}</dd>
        </div>
        {matter.answered_at ? (
          <div>
            <dt>{t('own.answered')}</dt>
            <dd>{momentOf(matter.answered_at)}</dd>
          </div>
        ) : matter.answer_due ? (
          <div>
            <dt>{t('own.due')}</dt>
            <dd>{t('own.dueWords', { at: momentOf(matter.answer_due) })}</dd>
          </div>
        ) : null}
      </dl>
      {matter.letters.length > 0 ? <h2>{t('own.letters')}</h2> : null}
      {matter.letters.map((letter) => (
        <Letter key={`${letter.kind} ${letter.delivered_at}`} letter={letter} />
      ))}
      {again.problem ? <Notice problem={again.problem} /> : null}
      <div className="row">
        {DOINGS.filter(may).map((action) => (
          <Action key={action} kind={action === 'visit' ? 'main' : 'plain'} onClick={() => setDoing(action)}>
            {t(`own.${action}`)}
          </Action>
        ))}
        <Action busy={again.busy} onClick={() => void look()}>
          {t('own.again')}
        </Action>
        <Action onClick={onLeave}>{t('own.leave')}</Action>
      </div>
    </Screen>
  );
}
