//! Where somebody can go: the navigation and the command palette read the same list.
//!
//! A place is shown to who holds its permission somewhere, or passes its own question. The server decides again on every request.

import {
  AlertOutlined,
  ApartmentOutlined,
  ApiOutlined,
  AuditOutlined,
  BarChartOutlined,
  BlockOutlined,
  BookOutlined,
  BranchesOutlined,
  CalendarOutlined,
  CheckSquareOutlined,
  ContactsOutlined,
  DashboardOutlined,
  ExperimentOutlined,
  FieldTimeOutlined,
  FileProtectOutlined,
  FileSearchOutlined,
  FileTextOutlined,
  FireOutlined,
  FlagOutlined,
  FormOutlined,
  IdcardOutlined,
  ImportOutlined,
  InboxOutlined,
  ReadOutlined,
  RobotOutlined,
  SafetyCertificateOutlined,
  SendOutlined,
  StopOutlined,
  SunOutlined,
  TeamOutlined,
  ThunderboltOutlined,
  ToolOutlined,
  UnorderedListOutlined,
} from '@ant-design/icons';
import type { ParseKeys } from 'i18next';
import type { ReactNode } from 'react';
import { holds, type Session } from '../api/session.ts';
import { importPlacesFor } from '../parts/import-places.ts';

export interface Place {
  to: string;
  title: ParseKeys<'common'>;
  icon: ReactNode;
  group: 'work' | 'prevent' | 'oversee' | 'manage' | 'own';
  /** Any of these opens the way; none means everybody. */
  permissions: string[];
  /** What is asked besides, where permissions alone do not tell. */
  isFor?: (session: Session) => boolean;
  /** The keys that lead there. */
  keys?: string;
}

const PLACES: Place[] = [
  {
    to: '/orders/new',
    title: 'place.newOrder',
    icon: <FormOutlined />,
    group: 'work',
    permissions: ['voice.order.file'],
    // Whoever sees the orders files from there; for all others it is where their day begins.
    isFor: (session) => !holds(session, 'voice.order.see'),
  },
  { to: '/', title: 'place.day', icon: <SunOutlined />, group: 'work', permissions: ['voice.order.see'], keys: 'g d' },
  {
    to: '/orders',
    title: 'place.orders',
    icon: <InboxOutlined />,
    group: 'work',
    permissions: ['voice.order.see'],
    keys: 'g q',
  },
  {
    to: '/tasks',
    title: 'place.tasks',
    icon: <CheckSquareOutlined />,
    group: 'work',
    permissions: ['voice.task.answer'],
    keys: 'g t',
  },
  {
    to: '/customers',
    title: 'place.customers',
    icon: <ContactsOutlined />,
    group: 'work',
    permissions: ['people.customer.see'],
    keys: 'g c',
  },
  {
    to: '/interceptions',
    title: 'place.interceptions',
    icon: <StopOutlined />,
    group: 'prevent',
    permissions: ['guard.interception.see'],
    keys: 'g n',
  },
  {
    to: '/decisions',
    title: 'place.decisions',
    icon: <ThunderboltOutlined />,
    group: 'prevent',
    permissions: ['guard.decision.see'],
    keys: 'g x',
  },
  {
    to: '/guard-lists',
    title: 'place.lists',
    icon: <UnorderedListOutlined />,
    group: 'prevent',
    permissions: ['guard.list.see'],
    keys: 'g b',
  },
  {
    to: '/scenarios',
    title: 'place.scenarios',
    icon: <BranchesOutlined />,
    group: 'prevent',
    permissions: ['guard.scenario.see'],
    keys: 'g m',
  },
  {
    to: '/score-models',
    title: 'place.models',
    icon: <RobotOutlined />,
    group: 'prevent',
    permissions: ['guard.model.see'],
    keys: 'g y',
  },
  {
    to: '/backtests',
    title: 'place.backtests',
    icon: <ExperimentOutlined />,
    group: 'prevent',
    permissions: ['guard.scenario.see'],
    keys: 'g k',
  },
  {
    to: '/shadows',
    title: 'place.shadows',
    icon: <BlockOutlined />,
    group: 'prevent',
    permissions: ['guard.scenario.see'],
    keys: 'g w',
  },
  {
    to: '/guard-monitoring',
    title: 'place.monitoring',
    icon: <DashboardOutlined />,
    group: 'prevent',
    permissions: ['guard.scenario.see'],
    keys: 'g v',
  },
  {
    to: '/president',
    title: 'place.president',
    icon: <FlagOutlined />,
    group: 'oversee',
    permissions: ['voice.lead.take'],
    keys: 'g p',
  },
  {
    to: '/figures',
    title: 'place.figures',
    icon: <BarChartOutlined />,
    group: 'oversee',
    permissions: ['voice.order.see'],
    keys: 'g f',
  },
  {
    to: '/rectifications',
    title: 'place.rectifications',
    icon: <ToolOutlined />,
    group: 'oversee',
    permissions: ['voice.rectification.see'],
    keys: 'g r',
  },
  {
    to: '/hot-issues',
    title: 'place.hotIssues',
    icon: <FireOutlined />,
    group: 'oversee',
    permissions: ['voice.order.see'],
    keys: 'g i',
  },
  {
    to: '/abnormal',
    title: 'place.abnormal',
    icon: <AlertOutlined />,
    group: 'oversee',
    permissions: ['voice.abnormal.see'],
  },
  {
    to: '/cases',
    title: 'place.cases',
    icon: <ReadOutlined />,
    group: 'oversee',
    permissions: ['voice.case.see'],
    keys: 'g l',
  },
  {
    to: '/reports',
    title: 'place.reports',
    icon: <FileTextOutlined />,
    group: 'oversee',
    permissions: ['voice.report.see'],
    keys: 'g e',
  },
  {
    to: '/organisation',
    title: 'place.organisation',
    icon: <ApartmentOutlined />,
    group: 'manage',
    permissions: ['people.staff.manage', 'operations.job.see'],
    keys: 'g o',
  },
  {
    to: '/staff',
    title: 'place.staff',
    icon: <TeamOutlined />,
    group: 'manage',
    permissions: ['people.staff.manage'],
    keys: 'g s',
  },
  {
    to: '/roles',
    title: 'place.roles',
    icon: <SafetyCertificateOutlined />,
    group: 'manage',
    permissions: ['people.staff.manage'],
  },
  {
    to: '/tokens',
    title: 'place.tokens',
    icon: <ApiOutlined />,
    group: 'manage',
    permissions: ['people.token.manage'],
  },
  {
    to: '/imports',
    title: 'place.imports',
    icon: <ImportOutlined />,
    group: 'manage',
    permissions: [],
    isFor: (session) => importPlacesFor(session).length > 0,
  },
  {
    to: '/jobs',
    title: 'place.jobs',
    icon: <FieldTimeOutlined />,
    group: 'manage',
    permissions: ['operations.job.see'],
    keys: 'g j',
  },
  {
    to: '/webhooks',
    title: 'place.webhooks',
    icon: <SendOutlined />,
    group: 'manage',
    permissions: ['operations.webhook.see'],
  },
  {
    to: '/history',
    title: 'place.history',
    icon: <AuditOutlined />,
    group: 'manage',
    permissions: ['operations.history.see'],
    keys: 'g h',
  },
  {
    to: '/audit',
    title: 'place.audit',
    icon: <FileSearchOutlined />,
    group: 'manage',
    permissions: ['operations.audit.see', 'operations.audit.see_administration'],
  },
  {
    to: '/ledger',
    title: 'place.ledger',
    icon: <FileProtectOutlined />,
    group: 'manage',
    permissions: ['operations.ledger.check'],
  },
  {
    to: '/calendars',
    title: 'place.calendars',
    icon: <CalendarOutlined />,
    group: 'manage',
    permissions: ['operations.calendar.change', 'operations.ledger.check'],
  },
  {
    to: '/regulations',
    title: 'place.regulations',
    icon: <BookOutlined />,
    group: 'manage',
    permissions: ['operations.regulation.see'],
  },
  { to: '/account', title: 'place.account', icon: <IdcardOutlined />, group: 'own', permissions: [], keys: 'g a' },
];

export const GROUPS = ['work', 'prevent', 'oversee', 'manage'] as const;

/** The places for this person, in the order of the list. */
export function placesFor(session: Session): Place[] {
  return PLACES.filter(
    ({ permissions, isFor }) =>
      (permissions.length === 0 || permissions.some((permission) => holds(session, permission))) &&
      (isFor === undefined || isFor(session)),
  );
}
