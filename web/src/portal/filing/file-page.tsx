//! Filing a matter: a few questions on a few pages, a code, and a number to keep.

import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem, type Problem } from '../../lib/problem.ts';
import { useLook } from '../edition.ts';
import { Action } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { Screen } from '../parts/screen.tsx';
import { dropDraft, useDraft, write } from './draft.ts';
import { missing, pageOf, pagesOf, type Question, questionOf, unasked } from './pages.ts';
import { loadPhotos, usePhotos } from './photos.ts';
import { Questions } from './questions.tsx';
import { Receipt } from './receipt.tsx';
import { type Filed, fileMatter, requestOf } from './send.ts';

export function FilePage() {
  const [filed, setFiled] = useState<Filed>();
  useEffect(() => {
    void loadPhotos();
  }, []);
  return filed ? <Receipt filed={filed} /> : <Form onFiled={setFiled} />;
}

function Form({ onFiled }: { onFiled: (filed: Filed) => void }) {
  const { t } = useTranslation('portal');
  const { edition } = useLook();
  const draft = useDraft();
  const photos = usePhotos();
  const [lacking, setLacking] = useState<Question[]>([]);
  const [problem, setProblem] = useState<Problem>();
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const pages = pagesOf(edition);
  const at = Math.min(draft.page, pages.length - 1);
  const isLast = at === pages.length - 1;
  // What the other edition asked and the server refused is mended here: this one has no page for it.
  const stray = isLast ? unasked(edition, problem?.fields.map((field) => questionOf(field.pointer)) ?? []) : [];
  const questions = [...stray, ...(pages[at] ?? [])];

  const turn = (page: number) => {
    setLacking([]);
    write({ page });
  };
  const send = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const filed = await fileMatter(requestOf(draft, code), photos);
      await dropDraft();
      onFiled(filed);
    } catch (error) {
      const found = asProblem(error);
      setProblem(found);
      const question = found.fields[0] ? questionOf(found.fields[0].pointer) : 'check';
      turn(pageOf(edition, question));
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const open = missing(questions, draft);
    setLacking(open);
    if (open.length > 0) return;
    if (isLast) void send();
    else turn(at + 1);
  };
  const faultOf = (question: Question) => {
    if (lacking.includes(question)) return t(`missing.${question}` as 'missing.name');
    return problem?.fields.find((field) => questionOf(field.pointer) === question)?.detail;
  };

  return (
    <Screen
      title={
        isLast
          ? t('file.check')
          : t(
              edition === 'elder'
                ? (`file.ask.${pages[at]?.[0] ?? 'matter'}` as 'file.ask.name')
                : (`file.page.${at}` as 'file.page.0'),
            )
      }
      step={at}
    >
      <p className="progress">{t('file.step', { at: at + 1, of: pages.length })}</p>
      <progress max={pages.length} value={at + 1} aria-hidden="true" />
      <form onSubmit={submit} noValidate>
        <Questions questions={questions} draft={draft} faultOf={faultOf} code={code} onCode={setCode} />
        {problem && (isLast || problem.fields.length === 0) ? <Notice problem={problem} /> : null}
        <div className="row">
          {at > 0 ? <Action onClick={() => turn(at - 1)}>{t('file.back')}</Action> : null}
          <Action kind="main" type="submit" busy={busy} disabled={isLast && code.trim() === ''}>
            {isLast ? t('file.send') : t('file.next')}
          </Action>
        </div>
      </form>
    </Screen>
  );
}
