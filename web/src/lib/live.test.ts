import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Listener, listen } from './live.ts';

class Wire extends EventTarget {
  readyState = 1;
  isClosed = false;
  close(): void {
    this.isClosed = true;
  }
  say(type: string, data = '{}'): void {
    this.dispatchEvent(new MessageEvent(type, { data }));
  }
}

function scene() {
  const wires: Wire[] = [];
  const open = () => {
    const wire = new Wire();
    wires.push(wire);
    return wire;
  };
  const listener = { changed: vi.fn<Listener['changed']>(), missed: vi.fn<Listener['missed']>() };
  return { wires, open, listener };
}

function look(state: DocumentVisibilityState): void {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
  document.dispatchEvent(new Event('visibilitychange'));
}

afterEach(() => vi.useRealTimers());

describe('live hints', () => {
  it('come over one connection for all listeners, which ends with the last', () => {
    const { wires, open, listener } = scene();
    const other = { changed: vi.fn(), missed: vi.fn() };
    const endOne = listen('/live', listener, open);
    const endTwo = listen('/live', other, open);
    wires[0]?.say('changed', '{"topic":"voice.order","id":"wo_1","kind":"filed"}');
    expect(listener.changed).toHaveBeenCalledExactlyOnceWith({ topic: 'voice.order', id: 'wo_1', kind: 'filed' });
    expect(other.changed).toHaveBeenCalledOnce();
    endOne();
    expect(wires[0]?.isClosed).toBe(false);
    endTwo();
    expect(wires.map((wire) => wire.isClosed)).toEqual([true]);
  });

  it('tell when some were missed: by the server, after a lost connection, after a hidden tab', () => {
    const { wires, open, listener } = scene();
    const end = listen('/live', listener, open);
    wires[0]?.say('open');
    expect(listener.missed).not.toHaveBeenCalled();
    wires[0]?.say('reload');
    wires[0]?.say('error');
    wires[0]?.say('open');
    expect(listener.missed).toHaveBeenCalledTimes(2);
    look('hidden');
    expect(wires[0]?.isClosed).toBe(true);
    look('visible');
    wires[1]?.say('open');
    expect(listener.missed).toHaveBeenCalledTimes(3);
    end();
  });

  it('are asked for again after the server refused', () => {
    vi.useFakeTimers();
    const { wires, open, listener } = scene();
    const end = listen('/live', listener, open);
    const [first] = wires;
    if (first) first.readyState = 2;
    first?.say('error');
    expect(wires).toHaveLength(1);
    vi.advanceTimersByTime(5_000);
    expect(wires).toHaveLength(2);
    end();
    vi.advanceTimersByTime(60_000);
    expect(wires).toHaveLength(2);
  });
});
