import { renderHook, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { json, SESSION, serve } from '../testing/stage.tsx';
import { api, ok } from './client.ts';
import { entered, loadSession, useSessionState, watchSession } from './session.ts';

afterEach(() => vi.unstubAllGlobals());

const UNAUTHENTICATED = { type: '/problems/unauthenticated', detail: '请先登录。', request_id: 'rq_1' };

describe('a session', () => {
  it('that ends under a request is covered, and the request goes out after signing in again', async () => {
    const end = watchSession();
    entered(SESSION);
    let isOver = true;
    const asked = serve((request) => {
      if (request.url.endsWith('/session')) return json(SESSION);
      return isOver ? json(UNAUTHENTICATED, 401) : json({ ended: 2 });
    });
    const { result } = renderHook(() => useSessionState());
    const answer = ok(api.POST('/api/people/sessions/revoke-others'));
    await waitFor(() => expect(result.current.stage).toBe('locked'));
    isOver = false;
    entered({ ...SESSION, csrf_token: 'new' });
    expect(await answer).toEqual({ ended: 2 });
    expect(asked.at(-1)?.headers.get('x-csrf-token')).toBe('new');
    expect(result.current.stage).toBe('in');
    end();
  });

  it('of somebody else begins afresh', () => {
    const assign = vi.fn();
    vi.stubGlobal('location', { ...location, assign });
    entered(SESSION);
    entered({ ...SESSION, actor: 'staff:st_other' });
    expect(assign).toHaveBeenCalledExactlyOnceWith('/');
  });

  it('that is not there leads to the door, and a server that is not there says so', async () => {
    const { result } = renderHook(() => useSessionState());
    entered(SESSION);
    serve(() => json(UNAUTHENTICATED, 401));
    await loadSession();
    await waitFor(() => expect(result.current.stage).toBe('locked'));
  });
});
