//! Measures how long the queue takes until it can be worked with; it starts its servers itself and asserts no time.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['journeys/interactive.ts'], disableConsoleIntercept: true },
});
