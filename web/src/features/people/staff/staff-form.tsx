//! Entering a member of staff, or changing one. Who changes an old copy is told.

import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { textOf } from '../../../lib/text.ts';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useSubmit } from '../../../parts/submit.ts';
import { UnitPicker } from '../../../parts/unit-picker.tsx';
import { useRoles } from '../roles.ts';
import { STAFF, type Staff } from './data.ts';
import styles from './staff-page.module.css';

interface Fields {
  number: string;
  name: string;
  phone?: string;
  unit: string;
  roles: Schemas['RoleRequest'][];
}

interface StaffFormProps {
  /** The member to change; a new one is entered when absent. */
  staff?: Staff;
  onDone: () => void;
}

export function StaffForm({ staff, onDone }: StaffFormProps) {
  const { t } = useTranslation('people');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const submission = useSubmit(form);
  const save = async (fields: Fields) => {
    const done = await submission.run(async () => {
      await (staff ? change(staff, fields) : enter(fields));
      await queries.invalidateQueries({ queryKey: STAFF });
    });
    if (!done) return;
    void message.success(t('staffPage.saved'));
    onDone();
  };
  const needed = [{ required: true, message: t('form.needed') }];
  return (
    <Form
      form={form}
      layout="vertical"
      initialValues={initialOf(staff)}
      onFinish={(fields) => void save(fields)}
      autoComplete="off"
    >
      {staff ? null : (
        <Form.Item name="number" label={t('staff.number')} rules={needed}>
          <Input maxLength={32} />
        </Form.Item>
      )}
      <Form.Item name="name" label={t('staff.name')} rules={needed}>
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item name="phone" label={t('staff.phone')} extra={staff ? t('staffPage.phoneKept') : undefined}>
        <Input inputMode="tel" />
      </Form.Item>
      <Form.Item name="unit" label={t('staff.unit')} rules={needed}>
        <UnitPicker allowClear={false} />
      </Form.Item>
      <Roles />
      <div aria-live="polite">{submission.problem ? <ProblemNotice error={submission.problem} /> : null}</div>
      <Button type="primary" htmlType="submit" loading={submission.busy} style={{ marginTop: 12 }}>
        {t('staffPage.save')}
      </Button>
    </Form>
  );
}

function Roles() {
  const { t, i18n } = useTranslation('people');
  const { data } = useRoles();
  const needed = [{ required: true, message: t('form.needed') }];
  const options = (data?.items ?? []).map((role) => ({ value: role.role, label: textOf(role.title, i18n.language) }));
  return (
    <Form.Item label={t('staff.roles')}>
      <Form.List name="roles">
        {(fields, { add, remove }) => (
          <>
            {fields.map(({ key, name }) => (
              <div key={key} className={styles.role}>
                <Form.Item name={[name, 'role']} rules={needed}>
                  <Select aria-label={t('staffPage.role')} options={options} placeholder={t('staffPage.role')} />
                </Form.Item>
                <Form.Item name={[name, 'scope']} rules={needed}>
                  <UnitPicker aria-label={t('staffPage.scope')} placeholder={t('staffPage.scope')} allowClear={false} />
                </Form.Item>
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={t('staffPage.removeRole')}
                  onClick={() => remove(name)}
                />
              </div>
            ))}
            <Button size="small" icon={<PlusOutlined />} onClick={() => add({})}>
              {t('staffPage.addRole')}
            </Button>
          </>
        )}
      </Form.List>
    </Form.Item>
  );
}

function initialOf(staff: Staff | undefined): Partial<Fields> {
  if (!staff) return { roles: [] };
  return {
    name: staff.name ?? '',
    unit: staff.unit.id,
    roles: staff.roles.map(({ role, scope, from, to }) => ({ role, scope: scope.id, from, to: to ?? null })),
  };
}

function enter({ number, name, phone, unit, roles }: Fields) {
  const body = { number, name, unit, roles, ...(phone?.trim() ? { phone } : {}) };
  return ok(api.POST('/api/people/staff', { body }));
}

function change(staff: Staff, { name, phone, unit, roles }: Fields) {
  const body = { revision: staff.revision, name, unit, roles, ...(phone?.trim() ? { phone } : {}) };
  return ok(api.PATCH('/api/people/staff/{id}', { params: { path: { id: staff.id } }, body }));
}
