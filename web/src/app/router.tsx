//! Every page of the workbench and its address. A page's code is fetched when it is first opened.

import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { readDecisionFilters } from '../features/guard/decisions/filters.ts';
import { readInterceptionFilters } from '../features/guard/interceptions/filters.ts';
import { readListFilters } from '../features/guard/lists/filters.ts';
import { readModelFilters } from '../features/guard/models/filters.ts';
import { readBacktestFilters, readDifferenceFilters, readMonitorFilters } from '../features/guard/proof/filters.ts';
import { readScenarioFilters } from '../features/guard/scenarios/filters.ts';
import { readAuditFilters, readRegulationFilters, readYear } from '../features/operations/filters.ts';
import { readCustomerFilters } from '../features/people/customers/data.ts';
import { readStaffFilters } from '../features/people/staff/data.ts';
import { readAbnormalFilters } from '../features/voice/abnormal/data.ts';
import { readCaseFilters } from '../features/voice/cases/data.ts';
import { readBehind, readFigureFilters } from '../features/voice/figures/filters.ts';
import { readHotFilters } from '../features/voice/hot/data.ts';
import { readGlanceFilters } from '../features/voice/president/data.ts';
import { readFilters } from '../features/voice/queue/filters.ts';
import { readRectificationFilters } from '../features/voice/rectifications/data.ts';
import { guardWords } from '../i18n/guard.ts';
import { listsWords } from '../i18n/lists.ts';
import { operationsWords } from '../i18n/operations.ts';
import { bringWords, type Loader } from '../i18n/start.ts';
import { First } from './first.tsx';
import { Imports } from './imports.tsx';
import { Missing } from './missing.tsx';
import { PageFault } from './page-fault.tsx';
import { Pending } from './pending.tsx';
import { Shell } from './shell.tsx';

/** One word of an address, when it is there. */
function one(given: unknown): string | undefined {
  return typeof given === 'string' && given !== '' ? given : undefined;
}

function readUnit(given: Record<string, unknown>): { unit?: string } {
  const unit = one(given.unit);
  return unit?.startsWith('un_') ? { unit } : {};
}

function readStream(given: Record<string, unknown>): { stream?: string } {
  const stream = one(given.stream);
  return stream ? { stream } : {};
}

/** Which edition of a case or a report; the latest without. */
function readEdition(given: Record<string, unknown>): { edition?: number } {
  const { edition } = given;
  return typeof edition === 'number' && Number.isInteger(edition) && edition > 0 ? { edition } : {};
}

/** A page whose words come with it. */
function pageWith(words: Loader) {
  return <P extends Record<string, unknown>, K extends keyof P & string>(load: () => Promise<P>, name: K) =>
    lazyRouteComponent(async () => (await Promise.all([load(), bringWords(words)]))[0], name);
}

const guardPage = pageWith(guardWords);
const listsPage = pageWith(listsWords);

/** A page of running the house, once its words are there. */
async function withItsWords<T>(page: Promise<T>): Promise<T> {
  return (await Promise.all([page, bringWords(operationsWords)]))[0];
}

const root = createRootRoute({ component: Shell, notFoundComponent: Missing });

const day = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: First,
});

const tasks = createRoute({
  getParentRoute: () => root,
  path: '/tasks',
  component: lazyRouteComponent(() => import('../features/voice/tasks-page.tsx'), 'TasksPage'),
});

const orders = createRoute({
  getParentRoute: () => root,
  path: '/orders',
  validateSearch: readFilters,
  component: lazyRouteComponent(() => import('../features/voice/queue/queue-page.tsx'), 'QueueRoute'),
});

const newOrder = createRoute({
  getParentRoute: () => root,
  path: '/orders/new',
  component: lazyRouteComponent(() => import('../features/voice/filing/file-page.tsx'), 'FilePage'),
});

const order = createRoute({
  getParentRoute: () => root,
  path: '/orders/$order',
  component: lazyRouteComponent(() => import('../features/voice/order/order-page.tsx'), 'OrderRoute'),
});

const customers = createRoute({
  getParentRoute: () => root,
  path: '/customers',
  validateSearch: readCustomerFilters,
  component: lazyRouteComponent(() => import('../features/people/customers/customers-page.tsx'), 'CustomersPage'),
});

const interceptions = createRoute({
  getParentRoute: () => root,
  path: '/interceptions',
  validateSearch: readInterceptionFilters,
  component: guardPage(() => import('../features/guard/interceptions/list-page.tsx'), 'InterceptionsRoute'),
});

const newInterception = createRoute({
  getParentRoute: () => root,
  path: '/interceptions/new',
  component: guardPage(() => import('../features/guard/interceptions/open-page.tsx'), 'OpenPage'),
});

const interception = createRoute({
  getParentRoute: () => root,
  path: '/interceptions/$interception',
  component: guardPage(() => import('../features/guard/interceptions/interception-page.tsx'), 'InterceptionRoute'),
});

const dialogue = createRoute({
  getParentRoute: () => root,
  path: '/interceptions/$interception/dialogue',
  staticData: { isBare: true },
  component: guardPage(() => import('../features/guard/dialogue/dialogue-page.tsx'), 'DialogueRoute'),
});

const decisions = createRoute({
  getParentRoute: () => root,
  path: '/decisions',
  validateSearch: readDecisionFilters,
  component: guardPage(() => import('../features/guard/decisions/feed-page.tsx'), 'DecisionsRoute'),
});

const decision = createRoute({
  getParentRoute: () => root,
  path: '/decisions/$decision',
  component: guardPage(() => import('../features/guard/decisions/decision-page.tsx'), 'DecisionRoute'),
});

const guardLists = createRoute({
  getParentRoute: () => root,
  path: '/guard-lists',
  validateSearch: readListFilters,
  component: guardPage(() => import('../features/guard/lists/lists-page.tsx'), 'ListsRoute'),
});

const scenarios = createRoute({
  getParentRoute: () => root,
  path: '/scenarios',
  validateSearch: readScenarioFilters,
  component: guardPage(() => import('../features/guard/scenarios/list-page.tsx'), 'ScenariosRoute'),
});

const scenario = createRoute({
  getParentRoute: () => root,
  path: '/scenarios/$scenario',
  validateSearch: (given: Record<string, unknown>): { beside?: string; write?: true } => {
    const beside = one(given.beside);
    return { ...(beside ? { beside } : {}), ...(given.write === true ? { write: true } : {}) };
  },
  component: guardPage(() => import('../features/guard/scenarios/scenario-page.tsx'), 'ScenarioRoute'),
});

const scoreModels = createRoute({
  getParentRoute: () => root,
  path: '/score-models',
  validateSearch: readModelFilters,
  component: guardPage(() => import('../features/guard/models/list-page.tsx'), 'ModelsRoute'),
});

const scoreModel = createRoute({
  getParentRoute: () => root,
  path: '/score-models/$model',
  component: guardPage(() => import('../features/guard/models/model-page.tsx'), 'ModelRoute'),
});

const backtests = createRoute({
  getParentRoute: () => root,
  path: '/backtests',
  validateSearch: readBacktestFilters,
  component: guardPage(() => import('../features/guard/proof/backtests-page.tsx'), 'BacktestsRoute'),
});

const backtest = createRoute({
  getParentRoute: () => root,
  path: '/backtests/$backtest',
  validateSearch: readDifferenceFilters,
  component: guardPage(() => import('../features/guard/proof/backtest-page.tsx'), 'BacktestRoute'),
});

const shadows = createRoute({
  getParentRoute: () => root,
  path: '/shadows',
  validateSearch: readBacktestFilters,
  component: guardPage(() => import('../features/guard/proof/shadows-page.tsx'), 'ShadowsRoute'),
});

const shadow = createRoute({
  getParentRoute: () => root,
  path: '/shadows/$shadow',
  validateSearch: readDifferenceFilters,
  component: guardPage(() => import('../features/guard/proof/shadow-page.tsx'), 'ShadowRoute'),
});

const monitoring = createRoute({
  getParentRoute: () => root,
  path: '/guard-monitoring',
  validateSearch: readMonitorFilters,
  component: guardPage(() => import('../features/guard/proof/monitor-page.tsx'), 'MonitorRoute'),
});

const figures = createRoute({
  getParentRoute: () => root,
  path: '/figures',
  validateSearch: readFigureFilters,
  component: lazyRouteComponent(() => import('../features/voice/figures/figures-page.tsx'), 'FiguresRoute'),
});

const behindFigure = createRoute({
  getParentRoute: () => root,
  path: '/figures/orders',
  validateSearch: readBehind,
  component: lazyRouteComponent(() => import('../features/voice/figures/behind-page.tsx'), 'BehindRoute'),
});

const president = createRoute({
  getParentRoute: () => root,
  path: '/president',
  validateSearch: readGlanceFilters,
  component: lazyRouteComponent(() => import('../features/voice/president/president-page.tsx'), 'PresidentRoute'),
});

const rectifications = createRoute({
  getParentRoute: () => root,
  path: '/rectifications',
  validateSearch: readRectificationFilters,
  component: lazyRouteComponent(() => import('../features/voice/rectifications/list-page.tsx'), 'RectificationsRoute'),
});

const rectification = createRoute({
  getParentRoute: () => root,
  path: '/rectifications/$rectification',
  component: lazyRouteComponent(() => import('../features/voice/rectifications/detail-page.tsx'), 'RectificationRoute'),
});

const rectificationOrders = createRoute({
  getParentRoute: () => root,
  path: '/rectifications/$rectification/orders',
  validateSearch: (given: Record<string, unknown>): { side: 'before' | 'after' } => ({
    side: given.side === 'after' ? 'after' : 'before',
  }),
  component: lazyRouteComponent(() => import('../features/voice/rectifications/side-page.tsx'), 'SideRoute'),
});

const hotIssues = createRoute({
  getParentRoute: () => root,
  path: '/hot-issues',
  validateSearch: readHotFilters,
  component: lazyRouteComponent(() => import('../features/voice/hot/hot-page.tsx'), 'HotRoute'),
});

const hotOrders = createRoute({
  getParentRoute: () => root,
  path: '/hot-issues/$issue/orders',
  validateSearch: (given: Record<string, unknown>): { side: 'seen' | 'before' } => ({
    side: given.side === 'before' ? 'before' : 'seen',
  }),
  component: lazyRouteComponent(() => import('../features/voice/hot/orders-page.tsx'), 'HotOrdersRoute'),
});

const abnormal = createRoute({
  getParentRoute: () => root,
  path: '/abnormal',
  validateSearch: readAbnormalFilters,
  component: lazyRouteComponent(() => import('../features/voice/abnormal/abnormal-page.tsx'), 'AbnormalRoute'),
});

const cases = createRoute({
  getParentRoute: () => root,
  path: '/cases',
  validateSearch: readCaseFilters,
  component: lazyRouteComponent(() => import('../features/voice/cases/list-page.tsx'), 'CasesRoute'),
});

const teachingCase = createRoute({
  getParentRoute: () => root,
  path: '/cases/$case',
  validateSearch: (given: Record<string, unknown>): { edition?: number; draft?: true } => ({
    ...readEdition(given),
    ...(given.draft === true ? { draft: true } : {}),
  }),
  component: lazyRouteComponent(() => import('../features/voice/cases/detail-page.tsx'), 'CaseRoute'),
});

const reports = createRoute({
  getParentRoute: () => root,
  path: '/reports',
  component: lazyRouteComponent(() => import('../features/voice/reports/list-page.tsx'), 'ReportsPage'),
});

const report = createRoute({
  getParentRoute: () => root,
  path: '/reports/$report',
  validateSearch: readEdition,
  component: lazyRouteComponent(() => import('../features/voice/reports/detail-page.tsx'), 'ReportRoute'),
});

const organisation = createRoute({
  getParentRoute: () => root,
  path: '/organisation',
  validateSearch: readUnit,
  component: lazyRouteComponent(
    () => import('../features/people/organisation/organisation-page.tsx'),
    'OrganisationPage',
  ),
});

const staff = createRoute({
  getParentRoute: () => root,
  path: '/staff',
  validateSearch: readStaffFilters,
  component: lazyRouteComponent(() => import('../features/people/staff/staff-page.tsx'), 'StaffPage'),
});

const roles = createRoute({
  getParentRoute: () => root,
  path: '/roles',
  component: lazyRouteComponent(() => import('../features/people/roles-page.tsx'), 'RolesPage'),
});

const tokens = createRoute({
  getParentRoute: () => root,
  path: '/tokens',
  component: lazyRouteComponent(() => import('../features/people/tokens/tokens-page.tsx'), 'TokensPage'),
});

const imports = createRoute({
  getParentRoute: () => root,
  path: '/imports',
  component: Imports,
});

const importPeople = createRoute({
  getParentRoute: () => root,
  path: '/imports/people',
  component: lazyRouteComponent(() => import('../features/people/imports/imports-page.tsx'), 'ImportsPage'),
});

const importComplaints = createRoute({
  getParentRoute: () => root,
  path: '/imports/complaints',
  component: listsPage(() => import('../features/voice/past-lists/past-lists-page.tsx'), 'PastListsPage'),
});

const importRegulator = createRoute({
  getParentRoute: () => root,
  path: '/imports/regulator',
  component: listsPage(
    () => import('../features/voice/regulator-lists/regulator-lists-page.tsx'),
    'RegulatorListsPage',
  ),
});

const jobs = createRoute({
  getParentRoute: () => root,
  path: '/jobs',
  component: lazyRouteComponent(() => withItsWords(import('../features/operations/jobs-page.tsx')), 'JobsPage'),
});

const webhooks = createRoute({
  getParentRoute: () => root,
  path: '/webhooks',
  component: lazyRouteComponent(() => withItsWords(import('../features/operations/webhooks-page.tsx')), 'WebhooksPage'),
});

const history = createRoute({
  getParentRoute: () => root,
  path: '/history',
  validateSearch: readStream,
  component: lazyRouteComponent(() => withItsWords(import('../features/operations/history-page.tsx')), 'HistoryPage'),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  validateSearch: readAuditFilters,
  component: lazyRouteComponent(() => withItsWords(import('../features/operations/audit-page.tsx')), 'AuditPage'),
});

const ledger = createRoute({
  getParentRoute: () => root,
  path: '/ledger',
  component: lazyRouteComponent(() => withItsWords(import('../features/operations/ledger-page.tsx')), 'LedgerPage'),
});

const calendars = createRoute({
  getParentRoute: () => root,
  path: '/calendars',
  validateSearch: readYear,
  component: lazyRouteComponent(
    () => withItsWords(import('../features/operations/calendars-page.tsx')),
    'CalendarsPage',
  ),
});

const regulations = createRoute({
  getParentRoute: () => root,
  path: '/regulations',
  validateSearch: readRegulationFilters,
  component: lazyRouteComponent(
    () => withItsWords(import('../features/operations/regulations-page.tsx')),
    'RegulationsPage',
  ),
});

const account = createRoute({
  getParentRoute: () => root,
  path: '/account',
  component: lazyRouteComponent(() => import('../features/people/account-page.tsx'), 'AccountPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    day,
    tasks,
    orders,
    newOrder,
    order,
    customers,
    interceptions,
    newInterception,
    interception,
    dialogue,
    decisions,
    decision,
    guardLists,
    scenarios,
    scenario,
    scoreModels,
    scoreModel,
    backtests,
    backtest,
    shadows,
    shadow,
    monitoring,
    figures,
    behindFigure,
    president,
    rectifications,
    rectification,
    rectificationOrders,
    hotIssues,
    hotOrders,
    abnormal,
    cases,
    teachingCase,
    reports,
    report,
    organisation,
    staff,
    roles,
    tokens,
    imports,
    importPeople,
    importComplaints,
    importRegulator,
    jobs,
    webhooks,
    history,
    audit,
    ledger,
    calendars,
    regulations,
    account,
  ]),
  defaultPreload: 'intent',
  // The data library decides what is fresh.
  defaultPreloadStaleTime: 0,
  defaultErrorComponent: PageFault,
  defaultPendingComponent: Pending,
  scrollRestoration: true,
  scrollToTopSelectors: ['#main'],
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
  interface StaticDataRouteOption {
    /** Fills the window: no navigation, no bar. */
    isBare?: true;
  }
}
