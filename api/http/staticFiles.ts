import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { Router } from 'express';

/** The browser's two files, read and packed once at start; their address carries their hash, so that they are cached for a year. */
export type StaticFiles = { router: Router; css: string; script: string };

export function staticFiles(): StaticFiles {
  const require = createRequire(import.meta.url);
  const htmx = readFileSync(join(dirname(require.resolve('htmx.org/package.json')), 'dist', 'htmx.min.js'));
  const css = readFileSync(new URL('../static/hub.css', import.meta.url));
  const router = Router();
  return { router, css: serve(router, 'hub.css', 'text/css; charset=utf-8', css), script: serve(router, 'htmx.js', 'text/javascript; charset=utf-8', htmx) };
}

function serve(router: Router, name: string, type: string, bytes: Buffer): string {
  const path = `/tai-nguyen/${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}/${name}`;
  const packed = { br: brotliCompressSync(bytes), gzip: gzipSync(bytes) };
  router.get(path, (request, response) => {
    const encoding = request.acceptsEncodings('br', 'gzip');
    response.set({ 'Content-Type': type, 'Cache-Control': 'public, max-age=31536000, immutable', 'Vary': 'Accept-Encoding' });
    if (encoding === 'br' || encoding === 'gzip') response.set('Content-Encoding', encoding).end(packed[encoding]);
    else response.end(bytes);
  });
  return path;
}
