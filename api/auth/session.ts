import type { Request, Response } from 'express';
import type { RoleGrant } from '../../domain/roles.js';
import { row, touched, type Db } from '../../db/connect.js';
import type { Services } from '../services.js';
import type { Me } from './me.js';
import { newToken, tokenHash } from './token.js';

/** A working day: nobody signs cards on yesterday's open browser. */
const SESSION_HOURS = 12;
const COOKIE = 'hub_session';

/** Opens a session and gives the browser its cookie; the token itself is stored nowhere. */
export async function openSession(services: Services, response: Response, personId: string): Promise<{ csrf: string }> {
  const token = newToken();
  const csrf = newToken();
  await touched(services.db, 'DELETE FROM session WHERE person_id = :personId AND expires_at <= now()', { personId });
  await touched(services.db, `INSERT INTO session (token_hash, person_id, csrf, expires_at) VALUES (:hash, :personId, :csrf, now() + make_interval(hours => ${SESSION_HOURS}))`,
    { hash: tokenHash(token), personId, csrf });
  response.cookie(COOKIE, token, cookieOptions(services));
  return { csrf };
}

export async function closeSession(services: Services, response: Response, me: Me): Promise<void> {
  await touched(services.db, 'DELETE FROM session WHERE token_hash = :hash', { hash: me.sessionHash });
  response.clearCookie(COOKIE, cookieOptions(services));
}

const cookieOptions = (services: Services) =>
  ({ httpOnly: true, sameSite: 'lax', secure: services.settings.HUB_BASE_URL.startsWith('https:'), path: '/' }) as const;

/** Who this request's cookie belongs to, with the roles held at this moment. */
export async function findMe(db: Db, request: Request): Promise<Me | null> {
  const token = cookieOf(request);
  if (token === null) return null;
  const sessionHash = tokenHash(token);
  const found = await row<{ person_id: string; full_name: string; csrf: string; grants: RoleGrant[] }>(db, `
    SELECT s.person_id, p.full_name, s.csrf,
      coalesce((SELECT jsonb_agg(jsonb_build_object('role', g.role, 'officeCode', g.office_code, 'schoolCode', g.school_code) ORDER BY g.role, g.school_code)
        FROM active_grant g WHERE g.person_id = p.id), '[]') AS grants
    FROM session s JOIN person p ON p.id = s.person_id AND p.disabled_at IS NULL JOIN account a ON a.person_id = p.id
    WHERE s.token_hash = :sessionHash AND s.expires_at > now()`, { sessionHash });
  return found === undefined ? null : { personId: found.person_id, fullName: found.full_name, csrf: found.csrf, grants: found.grants, sessionHash };
}

function cookieOf(request: Request): string | null {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = pair.trim().split('=');
    if (name === COOKIE && value !== undefined && /^[\w-]{43}$/.test(value)) return value;
  }
  return null;
}
