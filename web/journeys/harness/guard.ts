//! What the journeys of the guard begin from: a system of the bank that has events decided, and a teller at an outlet.

import type { Page } from 'playwright-core';
import { inject } from 'vitest';
import { as, ask } from './people.ts';

/** The outlet of the demonstration at which these journeys play, and who works there. */
export const OUTLET = 'EAST-01';
export const TELLER = 'teller-east-01';
export const LOBBY = 'lobby-east-01';
export const HEAD = 'head-east-01';

const DAY_MS = 86_400_000;

/** A way to send events as a system of the bank does; `admin` is a page of an administrator. */
export async function eventSender(admin: Page): Promise<(event: Record<string, unknown>) => Promise<string>> {
  const { items } = await ask<{ items: { id: string; code: string }[] }>(admin, 'GET', '/api/people/units?limit=200');
  const unit = items.find((one) => one.code === 'HO')?.id;
  const made = await ask<{ secret: string }>(admin, 'POST', '/api/people/tokens', {
    name: '核心系统',
    permissions: ['guard.decision.make'],
    unit,
    expires_at: new Date(Date.now() + DAY_MS).toISOString(),
  });
  return async (event) => {
    const response = await fetch(`${inject('base')}/api/guard/decisions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${made.secret}` },
      body: JSON.stringify(event),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`POST /api/guard/decisions: ${text}`);
    return (JSON.parse(text) as { decision: string }).decision;
  };
}

/** A transfer that the shipped scenarios stop: most of the balance to a stranger, while somebody is on the telephone. */
export function riskyTransfer(id: string): Record<string, unknown> {
  return {
    id,
    type: 'transfer',
    time: new Date().toISOString(),
    channel: 'counter',
    outlet: OUTLET,
    payer: { name: '李小明', account: '6222021234567890' },
    payee: { name: '陈大文', account: '6217000012345678' },
    amount: 9_000_000,
    balance: 10_000_000,
    purpose: '投资',
    app: { in_call: true },
  };
}

interface Unit {
  id: string;
}

/** Opens an interception as whoever is signed in on the page; gives its id. */
export async function openInterception(page: Page, reason: string): Promise<string> {
  const { unit } = await ask<{ unit: Unit }>(page, 'GET', '/api/people/session');
  const { id } = await ask<{ id: string }>(page, 'POST', '/api/guard/interceptions', {
    unit: unit.id,
    channel: 'counter',
    amount: 5_000_000,
    payer: { name: '王桂芳', phone: '15400001234' },
    payee: { name: '周某', account: '6217000099990000' },
    reason,
    dialogue: ['stranger'],
  });
  return id;
}

interface Spec {
  name: string;
  title: { zh: string; en: string };
  rules: { name: string }[];
}

interface Version {
  id: string;
  spec: Spec;
}

/** Rules that reach every payment, and more of the large ones: two thresholds on the score at least. */
const STRICT = [
  { name: 'every_payment', when: 'amount > 0', points: 40, outcome: 'hold' },
  { name: 'large_payment', when: 'amount > 100000', points: 50 },
];

/** Has transfers decided, and drafts a version of a live scenario that holds all of them; gives the draft's id. */
export async function draftStrict(officer: Page, mark: string): Promise<string> {
  const decide = await eventSender(await as('admin'));
  for (const number of [1, 2, 3]) {
    await decide(riskyTransfer(`${mark}-risky-${number}`));
    const { app: _, ...plain } = riskyTransfer(`${mark}-plain-${number}`);
    await decide({ ...plain, amount: 1_000, purpose: '房租' });
  }
  const { items } = await ask<{ items: Version[] }>(officer, 'GET', '/api/guard/scenarios?state=live&limit=1');
  const spec = items[0]?.spec;
  if (!spec) throw new Error('no scenario is live');
  const strict = STRICT.map((rule) => ({ ...rule, reason: { zh: '所有付款都暂缓', en: 'Every payment waits' } }));
  const draft = { ...spec, rules: [...strict, ...spec.rules] };
  return (await ask<Version>(officer, 'POST', '/api/guard/scenarios', { spec: draft })).id;
}
