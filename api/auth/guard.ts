import { timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import { Refused } from '../http/refused.js';
import type { Me } from './me.js';

/**
 * A POST must come from our own page: modern browsers say so in Sec-Fetch-Site, older ones in Origin; programs send neither. Signed in,
 * it carries the session's token besides (field `csrf` or header X-CSRF-Token).
 */
export function requireOwnPage(request: Request, me: Me | null): void {
  const site = request.get('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new Refused('form-out-of-date');
  const origin = request.get('origin');
  if (site === undefined && origin !== undefined && !origin.endsWith(`://${request.get('host') ?? ''}`)) throw new Refused('form-out-of-date');
  if (me !== null && !sameText(me.csrf, request.get('x-csrf-token') ?? csrfField(request))) throw new Refused('form-out-of-date');
}

function csrfField(request: Request): string {
  const body: unknown = request.body;
  const field = typeof body === 'object' && body !== null && 'csrf' in body ? body.csrf : '';
  return typeof field === 'string' ? field : '';
}

function sameText(expected: string, given: string): boolean {
  const [left, right] = [Buffer.from(expected), Buffer.from(given)];
  return left.length === right.length && timingSafeEqual(left, right);
}
