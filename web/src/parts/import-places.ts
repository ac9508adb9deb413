//! Where each kind of list is taken in, and who may. Knows no component: the navigation reads it too.

export const IMPORT_PLACES = [
  {
    to: '/imports/people',
    title: 'imports.people',
    permissions: ['people.unit.import', 'people.staff.manage', 'people.customer.edit'],
  },
  { to: '/imports/complaints', title: 'imports.complaints', permissions: ['voice.past.take'] },
  { to: '/imports/regulator', title: 'imports.regulator', permissions: ['voice.list.take'] },
] as const;
