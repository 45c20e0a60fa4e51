import express, { type Express } from 'express';
import { errorHandler, notFound } from './http/errors.js';
import { securityHeaders } from './http/headers.js';
import { mount } from './http/mount.js';
import { staticFiles } from './http/staticFiles.js';
import { ROUTES } from './routes/index.js';
import type { Services } from './services.js';

/** Composition root of the web side: headers, the browser's two files, the route table, the one error handler. */
export function createApp(services: Services): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', 'simple');
  // Behind the reverse proxy that ends TLS: the address it names is the visitor's. Anybody else who names one is not believed.
  app.set('trust proxy', services.settings.HUB_TRUSTED_PROXIES);
  const { router, css, script } = staticFiles();
  app.locals['assets'] = { css, script };
  app.use(securityHeaders(services.settings), router, mount(services, ROUTES), notFound, errorHandler(services));
  return app;
}
