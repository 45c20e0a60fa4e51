import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits for sessions, links and CSRF; only the hash of a token is kept. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** SHA-256 in lower-case hex: what `session.token_hash` and `access_link.token_hash` hold. */
export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');
