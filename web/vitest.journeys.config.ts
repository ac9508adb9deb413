//! The journeys: a real browser against the real program on SQLite, furnished with the demonstration's bank.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['journeys/**/*.journey.ts'],
    globalSetup: ['journeys/harness/server.ts'],
    // One bank for all: journeys that change the same things would meet each other.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
