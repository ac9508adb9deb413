import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Schemas } from '../../../../api/client.ts';
import { json, onStage, serve } from '../../../../testing/stage.tsx';
import { actionOf, selectionOf } from './actions.ts';
import { BulkDrawer } from './bulk-drawer.tsx';
import { percentOf } from './run-progress.tsx';
import { toggled } from './selection.ts';

afterEach(() => vi.unstubAllGlobals());

describe('what is asked of the server', () => {
  it('is the action with its own fields, and the orders or the filters', () => {
    const fields = { channel: 'c', business: 'b', reason: 'r', unit: 'un_1', cause: 'k' };
    expect(actionOf('register', fields)).toEqual({ verb: 'register' });
    expect(actionOf('classify', fields)).toEqual({ verb: 'classify', channel: 'c', business: 'b', reason: 'r' });
    expect(actionOf('assign', fields)).toEqual({ verb: 'assign', unit: 'un_1' });
    expect(actionOf('find_cause', fields)).toEqual({ verb: 'find_cause', cause: 'k' });
    expect(selectionOf({ orders: new Set(['wo_1']) })).toEqual({ orders: ['wo_1'] });
    expect(selectionOf({ filters: { stage: 'filed' } })).toEqual({ filter: { stage: 'filed' } });
  });

  it('is picked one by one and no longer', () => {
    const one = toggled(new Set<string>(), 'wo_1');
    expect([...toggled(one, 'wo_2')]).toEqual(['wo_1', 'wo_2']);
    expect([...toggled(one, 'wo_1')]).toEqual([]);
  });
});

describe('the progress of a run', () => {
  const run = (part: Partial<Schemas['BulkBody']>) =>
    ({
      state: 'running',
      total: 4,
      waiting: 4,
      done: 0,
      refused: 0,
      undone: 0,
      kept: 0,
      ...part,
    }) as Schemas['BulkBody'];
  it.each([
    [run({}), 0],
    [run({ waiting: 1, done: 2, refused: 1 }), 75],
    [run({ state: 'ended', waiting: 0, done: 4 }), 100],
    [run({ state: 'undoing', waiting: 0, done: 3, undone: 1 }), 25],
    [run({ state: 'undone', waiting: 0, undone: 3, kept: 1 }), 100],
    [run({ total: 0, waiting: 0 }), 100],
  ])('%# is right', (body, percent) => {
    expect(percentOf(body)).toBe(percent);
  });
});

describe('the drawer', () => {
  it('shows what would become of each before it starts anything', async () => {
    const preview = {
      total: 2,
      allowed: 1,
      refused: 1,
      can_be_undone: false,
      items: [
        { order: 'wo_1', receipt: 'XB-1', is_allowed: true },
        { order: 'wo_2', receipt: 'XB-2', is_allowed: false, reason: 'x', detail: '已经受理。' },
      ],
    };
    const asked = serve((request) =>
      request.url.endsWith('/preview') ? json(preview) : json({ id: 'bu_1', state: 'running' }, 202),
    );
    const onRun = vi.fn();
    const picked = { orders: new Set(['wo_1', 'wo_2']) };
    onStage(<BulkDrawer verb="register" picked={picked} run={undefined} onRun={onRun} onClose={vi.fn()} />);
    await userEvent.click(screen.getByText('预 览').closest('button') as HTMLElement);
    expect(await screen.findByText('可以办理 1 件')).toBeDefined();
    expect(screen.getByText('已经受理。')).toBeDefined();
    expect(screen.queryByText('XB-1')).toBeNull();
    expect(asked.map((request) => new URL(request.url).pathname)).toEqual(['/api/voice/bulk/preview']);
    await userEvent.click(screen.getByText('开始办理'));
    expect(onRun).toHaveBeenCalledWith('bu_1');
    expect(await asked[1]?.json()).toEqual({
      action: { verb: 'register' },
      selection: { orders: ['wo_1', 'wo_2'] },
    });
  });
});
