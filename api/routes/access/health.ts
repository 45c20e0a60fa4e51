import { row } from '../../../db/connect.js';
import type { Route } from '../../route.js';

/** For the doctor and a load balancer: does this process answer, and does its database? */
export const health: Route = {
  method: 'get', path: '/health', access: 'public',
  handle: async ({ services, response }) => {
    try {
      await row(services.db, 'SELECT 1 AS one FROM province');
      response.json({ ok: true, database: true, mode: services.settings.HUB_MODE });
    } catch (error) {
      services.log.warn({ code: error instanceof Error && 'code' in error ? error.code : 'unknown' }, 'health: the database does not answer');
      response.status(503).json({ ok: false, database: false, mode: services.settings.HUB_MODE });
    }
  },
};
