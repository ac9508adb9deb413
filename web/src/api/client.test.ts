import { afterEach, describe, expect, it, vi } from 'vitest';
import { Problem } from '../lib/problem.ts';
import { api, installGate, ok } from './client.ts';

const PROBLEM = { 'content-type': 'application/problem+json' };

function answer(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(body === undefined ? null : JSON.stringify(body), { status, headers });
}

/** A server that answers one after the other and remembers what it was asked. */
function serve(...answers: (Response | Error)[]): Request[] {
  const asked: Request[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    asked.push(request);
    const next = answers[asked.length - 1];
    if (!next) throw new Error('asked too often');
    if (next instanceof Error) throw next;
    return next;
  });
  return asked;
}

afterEach(() => {
  installGate(undefined);
  vi.unstubAllGlobals();
});

const body = { new: 'b', present: 'a' };
const change = () => ok(api.POST('/api/people/password/change', { body }));

describe('a request', () => {
  it('carries language, token and a key when it changes something, and no key when it only reads', async () => {
    installGate({ token: () => 'tok', renew: () => Promise.reject(new Error('no')) });
    const asked = serve(answer(204, undefined), answer(200, { items: [] }));
    await change();
    await ok(api.GET('/api/people/sessions'));
    const [write, read] = asked;
    expect(write?.headers.get('x-csrf-token')).toBe('tok');
    expect(write?.headers.get('idempotency-key')).toMatch(/^[0-9a-f]{32}$/);
    expect(write?.headers.get('accept-language')).toMatch(/^(zh-CN|en)$/);
    expect(read?.headers.get('idempotency-key')).toBeNull();
    expect(read?.headers.get('x-csrf-token')).toBeNull();
  });

  it('waits for a person to sign in again and then goes out under the same key with the new token', async () => {
    let token = 'old';
    const renew = vi.fn(async () => {
      token = 'new';
    });
    installGate({ token: () => token, renew });
    const asked = serve(answer(401, { type: '/problems/unauthenticated' }, PROBLEM), answer(204, undefined));
    await change();
    expect(renew).toHaveBeenCalledExactlyOnceWith('unauthenticated');
    expect(asked).toHaveLength(2);
    expect(asked[1]?.headers.get('idempotency-key')).toBe(asked[0]?.headers.get('idempotency-key'));
    expect(asked[1]?.headers.get('x-csrf-token')).toBe('new');
    expect(await asked[1]?.json()).toEqual(body);
  });

  it('asks for the new token when another tab signed in, and leaves other refusals alone', async () => {
    const renew = vi.fn(() => Promise.resolve());
    installGate({ token: () => 't', renew });
    serve(answer(403, { type: '/problems/cross-site' }, PROBLEM), answer(204, undefined));
    await change();
    expect(renew).toHaveBeenCalledExactlyOnceWith('cross-site');
    serve(answer(403, { type: '/problems/forbidden', detail: 'no' }, PROBLEM));
    await expect(change()).rejects.toMatchObject({ kind: 'forbidden', detail: 'no' });
    expect(renew).toHaveBeenCalledOnce();
  });

  it('does not ask for a session because of a wrong password', async () => {
    const renew = vi.fn(() => Promise.resolve());
    installGate({ token: () => undefined, renew });
    serve(answer(401, { type: '/problems/unauthenticated', reason: 'wrong-password' }, PROBLEM));
    const signIn = ok(api.POST('/api/people/sign-in', { body: { staff_number: 'a', password: 'b' } }));
    await expect(signIn).rejects.toMatchObject({ kind: 'unauthenticated', reason: 'wrong-password' });
    expect(renew).not.toHaveBeenCalled();
  });

  it('that was not answered goes out again under its own key, and another one under another', async () => {
    const asked = serve(
      new TypeError('Failed to fetch'),
      answer(204, undefined),
      answer(204, undefined),
      new TypeError('Failed to fetch'),
      answer(204, undefined),
    );
    const keyOf = (at: number) => asked[at]?.headers.get('idempotency-key');
    const other = () => ok(api.POST('/api/people/password/change', { body: { ...body, new: 'c' } }));
    await expect(change()).rejects.toMatchObject({ kind: 'offline' });
    await change();
    expect(keyOf(1)).toBe(keyOf(0));
    // What was answered is over: asking for it once more is meant.
    await change();
    expect(keyOf(2)).not.toBe(keyOf(0));
    await expect(change()).rejects.toMatchObject({ kind: 'offline' });
    await other();
    expect(keyOf(4)).not.toBe(keyOf(3));
  });

  it('that never arrives is a problem of its own', async () => {
    serve(new TypeError('Failed to fetch'));
    await expect(change()).rejects.toBeInstanceOf(Problem);
    serve(new TypeError('Failed to fetch'));
    await expect(change()).rejects.toMatchObject({ kind: 'offline', isPassing: true });
  });
});
