import { Router, type RequestHandler } from 'express';
import { requireOwnPage } from '../auth/guard.js';
import { hasRole, type Me } from '../auth/me.js';
import { findMe } from '../auth/session.js';
import type { Route, Visit } from '../route.js';
import type { Services } from '../services.js';
import { bodyReaders } from './receive.js';
import { Refused } from './refused.js';

/** Makes an Express router of the route table: who are you, may you come here at all, the body, was it our own page, the handler. */
export function mount(services: Services, routes: readonly Route[]): Router {
  const router = Router();
  for (const route of routes) {
    router[route.method](route.path, identify(services), admit(route), ...bodyReaders(route), ...(needsOwnPage(route) ? [ownPage] : []), run(services, route));
  }
  return router;
}

const meOf = (locals: Record<string, unknown>): Me | null => (locals['me'] as Me | null | undefined) ?? null;

const identify = (services: Services): RequestHandler => async (request, response, next) => {
  response.locals['me'] = await findMe(services.db, request);
  next();
};

const admit = (route: Route): RequestHandler => (_request, response, next) => {
  if (route.access === 'public') return next();
  const me = meOf(response.locals);
  if (me === null) throw new Refused('not-signed-in');
  if (route.access !== 'signed-in' && !hasRole(me, route.access)) throw new Refused('not-allowed');
  next();
};

/** Machines that post bytes prove themselves by a signature over them. */
const needsOwnPage = (route: Route): boolean => route.method === 'post' && route.body !== 'bytes';

const ownPage: RequestHandler = (request, response, next) => {
  requireOwnPage(request, meOf(response.locals));
  next();
};

const run = (services: Services, route: Route): RequestHandler => async (request, response) => {
  const visit = { services, request, response, me: meOf(response.locals) };
  if (route.access === 'public') await route.handle(visit);
  else await route.handle(visit as Visit);
};
