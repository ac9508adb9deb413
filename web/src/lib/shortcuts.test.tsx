import { render } from '@testing-library/react';
import { useLayoutEffect } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { prefer } from './preferences.ts';
import { handleKey, useShortcuts } from './shortcuts.ts';

interface KeysProps {
  run: (what: string) => void;
  children?: React.ReactNode;
}

function Keys({ run, children }: KeysProps) {
  useShortcuts([
    { keys: 'g q', label: 'queue', group: 'global', run: () => run('g q') },
    { keys: 'j', label: 'next', group: 'page', run: () => run('j') },
    { keys: 'mod+k', label: 'palette', group: 'global', inFields: true, run: () => run('mod+k') },
  ]);
  return children;
}

function press(key: string, at: number, options: KeyboardEventInit = {}, target: Element = document.body): boolean {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...options });
  Object.defineProperty(event, 'target', { value: target });
  handleKey(event, at);
  return event.defaultPrevented;
}

/** Somebody who presses a key the moment that a page is there, before the browser has drawn it. */
function Hasty({ run }: KeysProps) {
  useLayoutEffect(() => {
    press('j', 0);
  }, []);
  return <Keys run={run} />;
}

describe('shortcuts', () => {
  it('are single keys, sequences in time, and combinations', () => {
    const run = vi.fn();
    render(<Keys run={run} />);
    expect(press('j', 0)).toBe(true);
    press('g', 1000);
    press('q', 1500);
    press('g', 5000);
    press('q', 9000);
    expect(press('k', 9500, { ctrlKey: true })).toBe(true);
    expect(run.mock.calls.flat()).toEqual(['j', 'g q', 'mod+k']);
  });

  it('leave a field to its writer, but for combinations', () => {
    const run = vi.fn();
    const { container } = render(
      <Keys run={run}>
        <textarea />
      </Keys>,
    );
    const field = container.querySelector('textarea') as Element;
    expect(press('j', 0, {}, field)).toBe(false);
    press('k', 0, { metaKey: true }, field);
    expect(run.mock.calls.flat()).toEqual(['mod+k']);
  });

  it('do nothing under a dialog, while a character is composed, or when letters are switched off', () => {
    const run = vi.fn();
    const { rerender } = render(
      <Keys run={run}>
        <div role="dialog" />
      </Keys>,
    );
    press('j', 0);
    rerender(<Keys run={run} />);
    press('j', 0, { isComposing: true });
    prefer({ letterShortcuts: false });
    press('j', 0);
    expect(run).not.toHaveBeenCalled();
    prefer({ letterShortcuts: true });
    press('j', 0);
    expect(run).toHaveBeenCalledOnce();
  });

  it('are heard from the moment at which the page is there', () => {
    const run = vi.fn();
    render(<Hasty run={run} />);
    expect(run.mock.calls.flat()).toEqual(['j']);
  });

  it('end with the page that brought them', () => {
    const run = vi.fn();
    render(<Keys run={run} />).unmount();
    press('j', 0);
    expect(run).not.toHaveBeenCalled();
  });
});
