//! What can go wrong between a page and the server, as one error class; must never hold what the person typed.

/** One field that is wrong, by JSON pointer. */
export interface FieldFault {
  pointer: string;
  detail: string;
}

/** The last part of a problem's type, and two that only a browser knows. */
export type ProblemKind =
  | 'malformed'
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'refused'
  | 'conflict'
  | 'idempotency-mismatch'
  | 'too-large'
  | 'unsupported-type'
  | 'too-many'
  | 'cross-site'
  | 'method-not-allowed'
  | 'timeout'
  | 'unavailable'
  | 'internal'
  | 'offline'
  | 'unreadable';

/** A problem+json answer, or that there was no answer. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly kind: ProblemKind,
    /** What happened and what to do, in the caller's language; empty when only the browser knows. */
    readonly detail: string,
    readonly status = 0,
    readonly requestId: string | undefined = undefined,
    readonly reason: string | undefined = undefined,
    readonly fields: FieldFault[] = [],
  ) {
    super(`${kind}${requestId ? ` (${requestId})` : ''}`);
  }

  /** Whether the same request may succeed later without a change. */
  get isPassing(): boolean {
    return ['too-many', 'timeout', 'unavailable', 'offline'].includes(this.kind);
  }

  /** What is wrong with the field at `pointer`. */
  fault(pointer: string): string | undefined {
    return this.fields.find((field) => field.pointer === pointer)?.detail;
  }
}

const PREFIX = '/problems/';

/** The problem that an answer tells of. */
export function problemOf(body: unknown, status: number, requestId: string | undefined): Problem {
  const given = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const type = typeof given.type === 'string' && given.type.startsWith(PREFIX) ? given.type.slice(PREFIX.length) : '';
  if (type === '') return new Problem(status >= 500 ? 'unavailable' : 'unreadable', '', status, requestId);
  const id = typeof given.request_id === 'string' ? given.request_id : requestId;
  const reason = typeof given.reason === 'string' ? given.reason : undefined;
  const fields = Array.isArray(given.errors) ? (given.errors as FieldFault[]) : [];
  return new Problem(type as ProblemKind, String(given.detail ?? ''), status, id, reason, fields);
}

/** Any thrown thing as a problem. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem('unreadable', '');
}
