import { describe, expect, it } from 'vitest';
import { fitting, scaleFor } from './shrink.ts';

const MIB = 1024 * 1024;

describe('a photo', () => {
  it('goes as it is when it is small, or when it cannot be drawn', async () => {
    const small = new File(['x'], 'a.jpg', { type: 'image/jpeg' });
    expect(await fitting(small)).toEqual({ name: 'a.jpg', blob: small });
    const odd = new File([new Uint8Array(4 * MIB)], 'b.heic', { type: 'image/heic' });
    expect((await fitting(odd)).blob).toBe(odd);
    const paper = new File([new Uint8Array(4 * MIB)], 'c.pdf', { type: 'application/pdf' });
    expect((await fitting(paper)).blob).toBe(paper);
  });

  it('is drawn no larger than a page needs, and never larger than it was', () => {
    expect(scaleFor(6000, 4000)).toBe(0.5);
    expect(scaleFor(3000, 9000)).toBeCloseTo(1 / 3);
    expect(scaleFor(800, 600)).toBe(1);
    expect(scaleFor(0, 0)).toBe(1);
  });
});
