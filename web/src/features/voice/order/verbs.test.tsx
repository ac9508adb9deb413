import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { screen } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import en from '../../../i18n/en/voice.json';
import zh from '../../../i18n/zh/voice.json';
import { json, onStage, serve } from '../../../testing/stage.tsx';
import type { Order } from '../data.ts';
import { entryOf, VERB_NAMES } from './verbs.ts';

afterEach(() => vi.unstubAllGlobals());

/** Acts that have no form of their own: what is sealed is opened where it stands. */
const ELSEWHERE = ['reveal'];
/** The address of an act that is called otherwise. */
const CALLED: Record<string, string> = { attachments: 'attach' };

/** The acts of the committed description: what follows an order's address and is posted to. */
function described(): string[] {
  const file = join(import.meta.dirname, '../../../../../docs/openapi.json');
  const { paths } = JSON.parse(readFileSync(file, 'utf8')) as { paths: Record<string, object> };
  return Object.entries(paths).flatMap(([path, methods]) => {
    const last = /^\/api\/voice\/orders\/\{id\}\/([a-z_]+)$/.exec(path)?.[1];
    return last && 'post' in methods ? [CALLED[last] ?? last] : [];
  });
}

const clock = {
  id: 'ck_1',
  title: { zh: '时限', en: 'Limit' },
  due: '2026-12-01T00:00:00Z',
  mood: 'running',
  law: { zh: '办法', en: 'Law' },
};

const order = {
  id: 'wo_verbs',
  version: 1,
  matter: 'complaint',
  unit: '/HO/',
  received_at: '2026-11-20T01:00:00Z',
  history: [],
  clocks: [clock],
  proposals: [{ clock: 'ck_1', title: clock.title, why: '要调录像' }],
  awards: [{ number: 1, why: '超限', state: 'open' }],
  tasks: [{ id: 'ta_1', unit: '/HO/', ask: '请核实', state: 'open' }],
  letters: [{ id: 'le_1', kind: 'decision', is_owed: true }],
  links: [{ other: 'wo_2', relation: 'related_to', is_incoming: false }],
  attachments: [],
  mediations: [],
  repayments: [
    {
      number: 1,
      side: 'customer',
      state: 'open',
      terms: { total: { minor: 100, currency: 'CNY' }, instalments: 3, first_on: '2026-12-01' },
    },
  ],
  party: { nature: 'natural', customer: null },
  origin: { source: 'nfra', number: 'A-1', wanted: ['result'], outstanding: ['result'] },
  group: { persons: 2, members: [{ number: 1, name_masked: '张*', speaks: false, has_left: false }] },
  lead: { instructions: [{ number: 1, unit: '/HO/', text: '核实', is_open: true }] },
} as unknown as Order;

describe('the acts of the server', () => {
  it('have a form each, and no form is for an act that there is not', () => {
    const acts = described();
    expect(acts.length).toBeGreaterThan(40);
    expect([...VERB_NAMES].sort()).toEqual(acts.filter((act) => !ELSEWHERE.includes(act)).sort());
  });

  it.each(VERB_NAMES)('%s has a name in both languages and a form that can be sent', async (verb) => {
    expect(zh.verb[verb]).toMatch(/\p{Script=Han}/u);
    expect(en.verb[verb]).toMatch(/^[A-Z]/);
    serve(() => json({ aspects: [], items: [], causes: [], axes: [], because_texts: [], unit: '/HO/', name: 'R' }));
    const { form: Form } = entryOf(verb);
    onStage(<Form order={order} onDone={vi.fn()} />);
    // Ant Design sets two characters apart where nothing tells it not to.
    const isNamed = (name: string) => name.replaceAll(/\s/g, '') === zh.verb[verb];
    expect(await screen.findByRole('button', { name: isNamed })).toBeDefined();
  });
});
