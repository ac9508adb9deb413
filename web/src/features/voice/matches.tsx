//! Orders that are likely the same matter, each with the parts of its score. Nothing is merged: people link.

import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client.ts';
import { textOf } from '../../lib/text.ts';
import { dateOf } from '../../lib/time.ts';
import styles from './guesses.module.css';
import { StageTag } from './stage-tag.tsx';

interface MatchesProps {
  matches: Schemas['MatchBody'][];
  /** Links one of them; without it they are only shown. */
  onLink?: ((other: string) => void) | undefined;
}

/** More than these are no longer likely. */
const SHOWN_MAX = 4;

export function Matches({ matches, onLink }: MatchesProps) {
  const { t, i18n } = useTranslation('voice');
  const part = ({ title, points }: Schemas['MatchBody']['parts'][number]) =>
    t('match.part', { title: textOf(title, i18n.language), points });
  return (
    <ul className={styles.list}>
      {matches.slice(0, SHOWN_MAX).map((match) => (
        <li key={match.id} className={styles.line}>
          <div className={styles.grow}>
            <Link to="/orders/$order" params={{ order: match.id }}>
              {match.title}
            </Link>{' '}
            <StageTag stage={match.stage} />
            <div className={styles.quiet}>
              {`${match.name_masked} · ${dateOf(match.received_at)} · ${t('match.score', { score: match.score })}`}
            </div>
            <div className={styles.quiet}>{match.parts.map(part).join(' + ')}</div>
          </div>
          {onLink ? (
            <Button
              size="small"
              onClick={() => onLink(match.id)}
              aria-label={t('match.linkIt', { title: match.title })}
            >
              {t('verb.link')}
            </Button>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
