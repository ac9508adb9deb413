//! Parts of the decisions of a period beside those of the reference period, with the change.

import { useTranslation } from 'react-i18next';
import type { Language } from '../../../lib/language.ts';
import { changeText, countText, shareText } from '../../../lib/quantity.ts';
import { Nothing } from '../../../parts/loaded.tsx';
import { Panel } from '../../../ui/panel.tsx';
import type { Share } from './monitor-data.ts';
import styles from './proof.module.css';

interface SharesPanelProps {
  title: string;
  /** What the parts are, over the first column. */
  name: string;
  shares: Share[];
  /** The name of a part on screen; as in data when absent. */
  nameOf?: (name: string) => string;
  empty?: string;
}

export function SharesPanel({ title, name, shares, nameOf, empty }: SharesPanelProps) {
  const { t, i18n } = useTranslation('proof');
  const language = i18n.language as Language;
  const share = (value: number | null | undefined) =>
    value === null || value === undefined ? '—' : shareText(value, language);
  const change = ({ share_ppm: now, reference_ppm: before }: Share) =>
    typeof now === 'number' && typeof before === 'number' ? changeText(now - before, language) : '—';
  if (shares.length === 0) {
    return (
      <Panel title={title} flush>
        <Nothing>{empty}</Nothing>
      </Panel>
    );
  }
  return (
    <Panel title={title} flush>
      <div className={styles.scroll}>
        <table className={`${styles.table} ${styles.tight}`}>
          <thead>
            <tr>
              <th scope="col">{name}</th>
              <th scope="col">{t('monitor.count')}</th>
              <th scope="col">{t('monitor.share')}</th>
              <th scope="col">{t('monitor.referenceShare')}</th>
              <th scope="col">{t('monitor.change')}</th>
            </tr>
          </thead>
          <tbody>
            {shares.map((one) => (
              <tr key={one.name}>
                <th scope="row">{nameOf ? nameOf(one.name) : <code>{one.name}</code>}</th>
                <td>{countText(one.count, language)}</td>
                <td>{share(one.share_ppm)}</td>
                <td>{share(one.reference_ppm)}</td>
                <td>{change(one)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
