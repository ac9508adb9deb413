import { describe, expect, it, vi } from 'vitest';
import { batched } from './batch.ts';

describe('batched questions', () => {
  it('asked together go out as one, each key once', async () => {
    const ask = vi.fn(
      async (keys: string[]) => new Map(keys.filter((key) => key !== 'c').map((key) => [key, key.toUpperCase()])),
    );
    const one = batched(ask, 10);
    expect(await Promise.all([one('a'), one('b'), one('a'), one('c')])).toEqual(['A', 'B', 'A', undefined]);
    expect(ask).toHaveBeenCalledExactlyOnceWith(['a', 'b', 'c']);
  });

  it('are divided where they are too many, and a failure reaches who asked', async () => {
    const ask = vi.fn((keys: string[]) =>
      keys.includes('b') ? Promise.reject(new Error('no')) : Promise.resolve(new Map(keys.map((key) => [key, key]))),
    );
    const one = batched(ask, 1);
    const [first, second] = await Promise.allSettled([one('a'), one('b')]);
    expect(first).toEqual({ status: 'fulfilled', value: 'a' });
    expect(second).toMatchObject({ status: 'rejected' });
    expect(ask).toHaveBeenCalledTimes(2);
  });
});
