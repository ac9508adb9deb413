//! Puts a component on a stage for a test: data, messages, and somebody who is signed in.

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import { App } from 'antd';
import type { ReactNode } from 'react';
import { vi } from 'vitest';
import { entered, type Session } from '../api/session.ts';

export const SESSION: Session = {
  actor: 'staff:st_me',
  csrf_token: 'token',
  duties: [],
  permissions: [],
  roles: [],
  staff: { id: 'st_me', number: 'me', name: '陈杰明', session: 'se_1', has_second_factor: false },
  unit: { id: 'un_1', code: 'HO', name: '总行', kind: 'head_office', path: '/HO/', status: 'open' },
};

export function onStage(children: ReactNode) {
  entered(SESSION);
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const wrap = (inside: ReactNode) => (
    <QueryClientProvider client={queries}>
      <App>{inside}</App>
    </QueryClientProvider>
  );
  const shown = render(wrap(children));
  return { queries, ...shown, again: (next: ReactNode) => shown.rerender(wrap(next)) };
}

/** A server of one's own making: what it was asked, and what it answers. */
export function serve(answer: (request: Request) => Response | Promise<Response>): Request[] {
  const asked: Request[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    asked.push(request.clone());
    return answer(request);
  });
  return asked;
}

export function json(body: unknown, status = 200): Response {
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': type } });
}
