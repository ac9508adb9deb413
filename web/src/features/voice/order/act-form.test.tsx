import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { json, onStage, serve } from '../../../testing/stage.tsx';
import type { Order } from '../data.ts';
import { NoteForm } from './forms-simple.tsx';

afterEach(() => vi.unstubAllGlobals());

type Event = Order['history'][number];

function event(version: number, by: string, zh: string): Event {
  return { version, at: '2026-11-22T01:00:00Z', by, kind: 'registered', sentence: { zh, en: zh } };
}

let orders = 0;

/** An order of its own for each test: what was begun is kept by order. */
function order(history: Event[] = [event(1, 'staff:st_me', '登记为投诉')]): Order {
  return { id: `wo_${orders}`, version: history.length, history, tasks: [], links: [] } as unknown as Order;
}

const CONFLICT = {
  type: '/problems/conflict',
  title: 'conflict',
  status: 409,
  detail: '已有变动。',
  request_id: 'rq_1',
};

describe('a form that acts on an order', () => {
  it('sends what was written with the version that was seen', async () => {
    orders += 1;
    const one = order();
    const asked = serve(() => json({ id: one.id, version: 2 }));
    const onDone = vi.fn();
    onStage(<NoteForm order={one} onDone={onDone} />);
    await userEvent.type(screen.getByLabelText('备注'), '客户周末在家。');
    await userEvent.click(screen.getByRole('button', { name: '添加备注' }));
    await waitFor(() => expect(onDone).toHaveBeenCalledOnce());
    expect(new URL(asked[0]?.url ?? '').pathname).toBe(`/api/voice/orders/${one.id}/note`);
    expect(await asked[0]?.json()).toEqual({ text: '客户周末在家。', version: 1 });
  });

  it('shows what a colleague did, keeps the words, and goes on with the new version', async () => {
    orders += 1;
    const one = order();
    const asked = serve((request) =>
      request.url.includes('/names') ? json({ staff: [], units: [] }) : json({ id: one.id, version: 3 }),
    );
    const onDone = vi.fn();
    const { again } = onStage(<NoteForm order={one} onDone={onDone} />);
    await userEvent.type(screen.getByLabelText('备注'), '写了一半');
    const next = { ...one, version: 2, history: [...one.history, event(2, 'staff:st_other', '已受理')] };
    again(<NoteForm order={next} onDone={onDone} />);
    await screen.findByText('内容刚刚有变动');
    expect(screen.getByText(/已受理/)).toBeDefined();
    expect((screen.getByLabelText('备注') as HTMLTextAreaElement).value).toBe('写了一半');
    expect((screen.getByRole('button', { name: '添加备注' }) as HTMLButtonElement).disabled).toBe(true);
    await userEvent.click(screen.getByRole('button', { name: '知道了，继续' }));
    await userEvent.click(screen.getByRole('button', { name: '添加备注' }));
    await waitFor(() => expect(onDone).toHaveBeenCalledOnce());
    const sent = asked.filter((request) => request.method === 'POST');
    expect(await sent[0]?.json()).toEqual({ text: '写了一半', version: 2 });
  });

  it('is not stopped by what the reader did or the program noted', async () => {
    orders += 1;
    const one = order();
    serve(() => json({ id: one.id, version: 3 }));
    const { again } = onStage(<NoteForm order={one} onDone={vi.fn()} />);
    const more = [event(2, 'staff:st_me', '查看了明文'), event(3, 'program:voice', '系统提醒')];
    again(<NoteForm order={{ ...one, version: 3, history: [...one.history, ...more] }} onDone={vi.fn()} />);
    await waitFor(() =>
      expect((screen.getByRole('button', { name: '添加备注' }) as HTMLButtonElement).disabled).toBe(false),
    );
    expect(screen.queryByText('内容刚刚有变动')).toBeNull();
  });

  it('keeps the words through a refusal and a closed drawer', async () => {
    orders += 1;
    const one = order();
    serve(() => json(CONFLICT, 409));
    const { unmount } = onStage(<NoteForm order={one} onDone={vi.fn()} />);
    await userEvent.type(screen.getByLabelText('备注'), '不能丢');
    await userEvent.click(screen.getByRole('button', { name: '添加备注' }));
    await screen.findByText('内容刚刚有变动');
    expect((screen.getByLabelText('备注') as HTMLTextAreaElement).value).toBe('不能丢');
    unmount();
    onStage(<NoteForm order={one} onDone={vi.fn()} />);
    expect((screen.getByLabelText('备注') as HTMLTextAreaElement).value).toBe('不能丢');
  });
});
