//! What each role may do: the table that the permissions are, read-only.

import { useTranslation } from 'react-i18next';
import { textOf } from '../../lib/text.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { useRoles } from './roles.ts';
import styles from './roles-page.module.css';

export function RolesPage() {
  const { t, i18n } = useTranslation('people');
  const query = useRoles();
  return (
    <Page title={t('rolesPage.title')} note={t('rolesPage.note')}>
      <Panel title={t('rolesPage.table')} flush>
        <Loaded query={query} rows={12}>
          {({ items, permissions }) => {
            const given = new Set(items.flatMap((role) => role.permissions));
            return (
              // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled with the keys
              <section className={styles.scroll} tabIndex={0} aria-label={t('rolesPage.table')}>
                <table className={styles.table}>
                  <thead>
                    <tr>
                      <th scope="col">{t('rolesPage.permission')}</th>
                      {items.map((role) => (
                        <th key={role.role} scope="col">
                          {textOf(role.title, i18n.language)}
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {permissions.flatMap(({ permission, title }) =>
                      given.has(permission) ? (
                        <tr key={permission}>
                          <th scope="row">
                            {textOf(title, i18n.language)}
                            <code>{permission}</code>
                          </th>
                          {items.map((role) => {
                            const has = role.permissions.includes(permission);
                            return (
                              <td key={role.role}>
                                <span aria-hidden="true">{has ? '●' : ''}</span>
                                <span className="sr-only">{has ? t('rolesPage.yes') : t('rolesPage.no')}</span>
                              </td>
                            );
                          })}
                        </tr>
                      ) : (
                        []
                      ),
                    )}
                  </tbody>
                </table>
              </section>
            );
          }}
        </Loaded>
      </Panel>
    </Page>
  );
}
