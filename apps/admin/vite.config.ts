/// <reference types="node" />
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** The API that `npm run dev` talks to. */
const api = process.env['API_URL'] ?? 'http://127.0.0.1:3000';

/** Mantine's palettes that no part of the page uses: half of its variables. */
const unusedPalettes =
  /--mantine-color-(?:blue|cyan|grape|green|lime|orange|pink|teal|violet|yellow)-[\w-]+:[^;}]+;?/g;

/** Leaves them out. */
const withoutUnusedPalettes: Plugin = {
  name: 'without-unused-palettes',
  enforce: 'post',
  generateBundle(_options, bundle) {
    for (const asset of Object.values(bundle)) {
      if (asset.type !== 'asset' || !asset.fileName.endsWith('.css')) continue;
      asset.source = String(asset.source).replace(unusedPalettes, '');
    }
  },
};

export default defineConfig({
  // Relative addresses: the page may be served under any path of a host.
  base: './',
  plugins: [react(), withoutUnusedPalettes],
  resolve: {
    alias: { 'react-remove-scroll': fileURLToPath(new URL('./src/no-scroll-lock.ts', import.meta.url)) },
  },
  build: {
    // light-dark() needs no translation in what is newer than these, and there is none that works with a chosen scheme.
    cssTarget: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
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
