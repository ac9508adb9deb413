import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { ClockBar, placeOf } from './clock-bar.tsx';

describe('a clock bar', () => {
  it.each([
    [50, 0, 100, 50],
    [-5, 0, 100, 0],
    [500, 0, 100, 100],
    [10, 100, 100, 100],
  ])('puts %i between %i and %i at %i percent', (at, start, end, percent) => {
    expect(placeOf(at, start, end)).toBe(percent);
  });

  it('shows what is used, where it stood still, and what is over', () => {
    const { container } = render(
      <ClockBar start={0} due={100} at={200} mood="overdue" pauses={[{ from: 20, to: 60 }]} label="超期" />,
    );
    const [used, over, pause] = [...container.querySelectorAll('span')].map((span) => span.style);
    expect(used?.width).toBe('50%');
    expect(over?.insetInlineStart).toBe('50%');
    expect([pause?.insetInlineStart, pause?.width]).toEqual(['10%', '20%']);
    expect(screen.getByRole('img', { name: '超期' })).toBeDefined();
  });
});
