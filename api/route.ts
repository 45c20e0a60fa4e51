import type { Request, Response } from 'express';
import type { Role } from '../domain/roles.js';
import type { Me } from './auth/me.js';
import type { Services } from './services.js';

/**
 * One route is one file in `api/routes/<noun>/`, read top-down: zod schema, then `export const x: Route = {…}`. The folder's
 * `routes.ts` lists its routes, `api/routes/index.ts` lists the folders. The table is data, so that one test can prove for every
 * route that a stranger and a person with another role are turned away.
 */
export type Visit = { services: Services; request: Request; response: Response; me: Me };
export type PublicVisit = Omit<Visit, 'me'> & { me: Me | null };

type Shape = {
  method: 'get' | 'post';
  /** Express 5 path; never with personal data in it. */
  path: string;
  /** How a POST's body arrives: a form or JSON (default), a form with one file, one JSON document kept as bytes, or bytes from a machine. */
  body?: 'form' | 'file' | 'json' | 'bytes';
  /** Largest file in bytes for `body: 'file'`, largest document for `body: 'json'`. */
  maxFileBytes?: number;
};

export type Route = Shape & (
  | { access: 'public'; handle: (visit: PublicVisit) => Promise<void> }
  /** `signed-in` for anybody with an account; else one of these roles, somewhere. The area is judged in the handler (`requireSchool`). */
  | { access: 'signed-in' | readonly Role[]; handle: (visit: Visit) => Promise<void> });
