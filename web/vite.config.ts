import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

// `npm run dev` talks to a running `sig up`; the built page is served by the API itself.
const API = 'http://127.0.0.1:8000';

/** Leaves `.br` and `.gz` beside each text file, so that the server never compresses them. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    closeBundle() {
      const folder = join(import.meta.dirname, 'dist');
      for (const name of readdirSync(folder, { recursive: true }) as string[]) {
        const file = join(folder, name);
        if (!/\.(js|mjs|css|html|svg)$/.test(name) || statSync(file).size < 1024) continue;
        const content = readFileSync(file);
        writeFileSync(`${file}.br`, brotliCompressSync(content));
        writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
      }
    },
  };
}

/** What we ship that others made, and on what terms. */
const SHIPPED = ['maplibre-gl/LICENSE.txt', '@fontsource-variable/work-sans/LICENSE'];

function licences(): Plugin {
  return {
    name: 'licences',
    apply: 'build',
    generateBundle() {
      const folder = join(import.meta.dirname, 'node_modules');
      const texts = SHIPPED.map((name) => `${name}\n\n${readFileSync(join(folder, name), 'utf8')}`);
      this.emitFile({ type: 'asset', fileName: 'licencias.txt', source: texts.join('\n\n') });
    },
  };
}

export default defineConfig({
  base: '/',
  plugins: [licences(), compressed()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1400,
    modulePreload: { polyfill: false },
  },
  server: { host: '127.0.0.1', proxy: { '/api': API, '/datos': API } },
});
