//! Renews the pictures of the guide: the journeys' server and browser, and a page for each picture.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['journeys/screenshots.ts'],
    globalSetup: ['journeys/harness/server.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
