//! The questions of a filing, each in plain words.

import { useTranslation } from 'react-i18next';
import { choose, useLook } from '../edition.ts';
import { useAbout } from '../fetched.ts';
import { Action } from '../parts/button.tsx';
import { CodeField } from '../parts/code-field.tsx';
import { AreaField, ChoiceField, TextField } from '../parts/field.tsx';
import { plain } from '../typed.ts';
import { type Draft, MATTERS, write } from './draft.ts';
import { ageOf, NARRATIVE_CHARS_MAX, pageOf, type Question, TITLE_CHARS_MAX, titleOf } from './pages.ts';
import { Photos } from './photo-field.tsx';
import { usePhotos } from './photos.ts';

interface QuestionsProps {
  questions: Question[];
  draft: Draft;
  faultOf: (question: Question) => string | undefined;
  code: string;
  onCode: (code: string) => void;
}

export function Questions({ questions, faultOf, ...others }: QuestionsProps) {
  return questions.map((question) => <One key={question} question={question} fault={faultOf(question)} {...others} />);
}

interface OneProps extends PartProps {
  question: Question;
  code: string;
  onCode: (code: string) => void;
}

function One({ question, code, onCode, ...part }: OneProps) {
  switch (question) {
    case 'matter':
      return <Matter {...part} />;
    case 'photos':
      return <Photos />;
    case 'more':
      return <More {...part} />;
    case 'identity':
      return <Identity {...part} />;
    case 'check':
      return <Check {...part} code={code} onCode={onCode} />;
    case 'narrative':
    case 'request':
      return <Told question={question} {...part} />;
    case 'title':
    case 'name':
    case 'phone':
      return <Line question={question} {...part} />;
  }
}

interface PartProps {
  draft: Draft;
  fault: string | undefined;
}

function Matter({ draft, fault }: PartProps) {
  const { t } = useTranslation('portal');
  return (
    <ChoiceField
      name="matter"
      label={t('file.ask.matter')}
      value={draft.matter}
      fault={fault}
      onChoose={(matter) => write({ matter })}
      options={MATTERS.map((matter) => ({
        value: matter,
        label: t(`matter.${matter}`),
        note: t(`matterNote.${matter}`),
      }))}
    />
  );
}

function Told({ question, draft, fault }: PartProps & { question: 'narrative' | 'request' }) {
  const { t } = useTranslation('portal');
  return (
    <AreaField
      label={t(`file.ask.${question}`)}
      hint={t(`file.hint.${question}`)}
      fault={fault}
      value={draft[question]}
      rows={question === 'narrative' ? 7 : 3}
      maxLength={NARRATIVE_CHARS_MAX}
      onText={(text) => write({ [question]: text })}
    />
  );
}

const AUTOCOMPLETE = { title: 'off', name: 'name', phone: 'tel' } as const;

function Line({ question, draft, fault }: PartProps & { question: 'title' | 'name' | 'phone' }) {
  const { t } = useTranslation('portal');
  return (
    <TextField
      label={t(`file.ask.${question}`)}
      hint={t(`file.hint.${question}`)}
      fault={fault}
      value={draft[question]}
      maxLength={TITLE_CHARS_MAX}
      inputMode={question === 'phone' ? 'tel' : 'text'}
      autoComplete={AUTOCOMPLETE[question]}
      onText={(text) => write({ [question]: text })}
    />
  );
}

function More({ draft, fault }: PartProps) {
  const { t } = useTranslation('portal');
  return (
    <details
      className="more"
      open={draft.amount !== '' || draft.occurred_on !== '' || draft.account !== '' || fault !== undefined}
    >
      <summary>{t('file.more')}</summary>
      <TextField
        label={t('file.ask.amount')}
        value={draft.amount}
        inputMode="decimal"
        fault={fault}
        onText={(amount) => write({ amount })}
      />
      <TextField
        label={t('file.ask.occurred_on')}
        value={draft.occurred_on}
        type="date"
        onText={(occurred_on) => write({ occurred_on })}
      />
      <TextField
        label={t('file.ask.account')}
        value={draft.account}
        inputMode="numeric"
        autoComplete="off"
        onText={(account) => write({ account })}
      />
    </details>
  );
}

function Identity({ draft, fault }: PartProps) {
  const { t } = useTranslation('portal');
  const { about } = useAbout();
  const { edition } = useLook();
  const age = ageOf(draft.identity, new Date());
  const isElder = about?.elder_age && age !== undefined && age >= about.elder_age;
  return (
    <>
      <TextField
        label={t('file.ask.identity')}
        hint={t('file.hint.identity')}
        fault={fault}
        value={draft.identity}
        autoComplete="off"
        onText={(identity) => write({ identity })}
      />
      <div role="status">
        {isElder && edition === 'standard' ? (
          <div className="aside">
            <p>{t('edition.offer')}</p>
            <Action
              kind="main"
              onClick={() => {
                write({ page: pageOf('elder', 'check') });
                choose({ edition: 'elder' });
              }}
            >
              {t('edition.elder')}
            </Action>
          </div>
        ) : null}
      </div>
    </>
  );
}

interface CheckProps extends PartProps {
  code: string;
  onCode: (code: string) => void;
}

/** Everything once more before it goes out, and the code that shows whose telephone it is. */
function Check({ draft, fault, code, onCode }: CheckProps) {
  const { t } = useTranslation('portal');
  const { edition } = useLook();
  const photos = usePhotos();
  const rows: [Question, string][] = [
    ['matter', draft.matter ? t(`matter.${draft.matter}`) : ''],
    ['title', titleOf(draft)],
    ['narrative', draft.narrative],
    ['request', draft.request],
    ['photos', photos.length > 0 ? t('file.photos', { count: photos.length }) : ''],
    ['name', draft.name],
    ['phone', draft.phone],
  ];
  const pages = rows.filter(([, value]) => value.trim() !== '');
  return (
    <>
      <dl className="check">
        {pages.map(([question, value]) => (
          <div key={question}>
            <dt>{t(`file.short.${question}` as 'file.short.name')}</dt>
            <dd>{value}</dd>
            <dd>
              <Action
                aria-label={t('file.change', { what: t(`file.short.${question}` as 'file.short.name') })}
                onClick={() =>
                  write({ page: pageOf(edition, question === 'title' && edition === 'elder' ? 'narrative' : question) })
                }
              >
                {t('file.edit')}
              </Action>
            </dd>
          </div>
        ))}
      </dl>
      <CodeField
        whom={draft.phone.trim() ? { phone: plain(draft.phone) } : undefined}
        code={code}
        fault={fault}
        onCode={onCode}
      />
    </>
  );
}
