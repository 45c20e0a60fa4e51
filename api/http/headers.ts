import type { RequestHandler } from 'express';
import type { ApiSettings } from '../../runtime/settings.js';

/** No inline script or style anywhere, so that a name typed by somebody can never become code. */
const POLICY = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'", "form-action 'self'",
  "frame-ancestors 'none'", "base-uri 'none'",
].join('; ');

export const securityHeaders = (settings: ApiSettings): RequestHandler => (_request, response, next) => {
  response.set({
    'Content-Security-Policy': POLICY, 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'same-origin', 'X-Frame-Options': 'DENY',
    'Cross-Origin-Opener-Policy': 'same-origin', 'Cache-Control': 'no-store',
    ...(settings.HUB_BASE_URL.startsWith('https:') ? { 'Strict-Transport-Security': 'max-age=31536000' } : {}),
  });
  next();
};
