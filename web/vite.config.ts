//! Builds the two entries: the staff workbench (`index.html`) and the customer portal (`portal.html`).
//! The server serves what comes out of it and writes a fresh nonce in the place of the placeholder.

import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/// The word that crates/server/src/pages.rs replaces by the nonce of each answer.
const NONCE_PLACEHOLDER = 'XIAOBAO-NONCE';

/// Where `npm run dev` finds a running server; `cargo xtask demo` listens there.
const SERVER = process.env.XIAOBAO_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig(({ command }) => ({
  plugins: [react()],
  // The placeholder is for the server to replace; the development server has no such policy.
  html: command === 'build' ? { cspNonce: NONCE_PLACEHOLDER } : {},
  build: {
    outDir: 'dist/pages',
    emptyOutDir: true,
    target: ['chrome107', 'edge107', 'firefox104', 'safari16'],
    // Which files an entry needs is read from here by the checks of size.
    manifest: 'manifest.json',
    // An icon of a hundred bytes as a file of its own keeps `img-src` free of surprises.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The notices that the libraries ask for travel with the pages.
    license: { fileName: 'licences.md' },
    chunkSizeWarningLimit: 1200,
    rollupOptions: { input: { workbench: here('index.html'), portal: here('portal.html') } },
  },
  server: { proxy: { '/api': SERVER, '/healthz': SERVER, '/readyz': SERVER } },
}));
