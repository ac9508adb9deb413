import { describe, expect, it } from 'vitest';
import type { Session } from '../api/session.ts';
import { SESSION } from '../testing/stage.tsx';
import { placesFor } from './places.tsx';

const TOP = '/HO/';
const OUTLET = '/HO/EAST/EAST-01/';

function ways(held: Record<string, string>): string[] {
  const permissions = Object.entries(held).map(([permission, scope]) => ({ permission, scopes: [scope] }));
  return placesFor({ ...SESSION, permissions } as Session).map((place) => place.to);
}

describe('where somebody can go', () => {
  it('begins with a new order for who files and sees no list of orders', () => {
    const teller = ways({ 'voice.order.file': OUTLET, 'voice.task.answer': OUTLET });
    expect(teller.slice(0, 2)).toEqual(['/orders/new', '/tasks']);
    const handler = ways({ 'voice.order.file': TOP, 'voice.order.see': TOP });
    expect(handler.slice(0, 2)).toEqual(['/', '/orders']);
    expect(handler).not.toContain('/orders/new');
    expect(ways({ 'voice.task.answer': OUTLET })).not.toContain('/orders/new');
  });

  it('leads to imports only where a list would be taken', () => {
    expect(ways({ 'people.customer.edit': OUTLET })).not.toContain('/imports');
    expect(ways({ 'voice.past.take': OUTLET })).not.toContain('/imports');
    for (const permission of ['people.customer.edit', 'people.unit.import', 'voice.past.take']) {
      expect(ways({ [permission]: TOP })).toContain('/imports');
    }
    expect(ways({ 'voice.list.take': OUTLET })).toContain('/imports');
  });
});
