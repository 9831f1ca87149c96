import { defineConfig } from 'vite';

// `npm run dev` talks to a running `sig up`; the built page is served by the API itself.
const API = 'http://127.0.0.1:8000';

export default defineConfig({
  base: '/',
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1400,
    modulePreload: { polyfill: false },
  },
  server: { host: '127.0.0.1', proxy: { '/api': API, '/datos': API } },
});
