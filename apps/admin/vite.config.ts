/// <reference types="node" />
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The API that `npm run dev` talks to. */
const api = process.env['API_URL'] ?? 'http://127.0.0.1:3000';

export default defineConfig({
  // Relative addresses: the page may be served under any path of a host.
  base: './',
  plugins: [react()],
  build: {
    // Whatever stands in a data: URL can't be cached apart, and fonts and scripts there are against the policy.
    assetsInlineLimit: 0,
    // No inline script: the policy allows none.
    modulePreload: { polyfill: false },
    sourcemap: false,
    // finish-build.mjs says what the page may weigh: all of it, as it goes over the wire.
    chunkSizeWarningLimit: Infinity,
  },
  server: { proxy: { '/v1': api, '/portal': api } },
});
