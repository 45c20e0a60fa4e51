import type { PathAnswer, PathValidator } from '../trust/question.js';
import { PLAIN_QUESTION } from '../trust/question.js';
import { runOpenssl } from '../trust/openssl.js';
import { readTimestampToken, type TimestampToken } from './timestampToken.js';

export type TimestampQuestion = {
  /** DER TimeStampToken. */
  token: Uint8Array;
  /** SHA-256 that must have been stamped. */
  digest: Uint8Array;
  /** As DER writes it; null: an old token whose query is gone. */
  nonce: Uint8Array | null;
  /** Roots of the time-stamping authorities that are accepted, and of nobody else. */
  anchors: readonly Uint8Array[];
  /** Revocation lists for the authority's own certificate. */
  crls: readonly Uint8Array[];
  /** Responders' answers about it. */
  ocsps?: readonly Uint8Array[];
};

export type TimestampAnswer =
  | { verdict: 'valid'; token: TimestampToken; signer: Buffer }
  /** `not-provable`: the token is good, but whether its certificate was revoked, or anything at all, could not be found out now. */
  | { verdict: 'invalid' | 'not-provable'; code: TimestampCode; path: PathAnswer | null };

export const TIMESTAMP_CODES = {
  'token-unreadable': 'Dấu thời gian không đọc được.',
  'token-other-digest': 'Dấu thời gian được cấp cho dữ liệu khác.',
  'token-other-nonce': 'Dấu thời gian không phải câu trả lời cho yêu cầu này.',
  'token-signature': 'Chữ ký của dịch vụ dấu thời gian không đúng.',
  'token-certificate': 'Chứng thư của dịch vụ dấu thời gian không được chấp nhận.',
  'token-check-failed': 'Chưa kiểm tra được dấu thời gian do lỗi của hệ thống.',
} as const;
export type TimestampCode = keyof typeof TIMESTAMP_CODES;

/**
 * Whether a token proves that `digest` existed at its time. The signature, the stamped digest and that the certificate is the one the
 * token was signed for (ESSCertID) are OpenSSL's to say; the certificate's path at that time, with revocation, the path validator's.
 * @param opensslPath absolute
 */
export async function verifyTimestamp(tools: { opensslPath: string; validator: PathValidator }, question: TimestampQuestion): Promise<TimestampAnswer> {
  const { digest, nonce, anchors, crls, ocsps = [] } = question;
  const token = readTimestampToken(question.token);
  const refused = (code: TimestampCode, path: PathAnswer | null = null): TimestampAnswer => ({ verdict: code === 'token-check-failed' || path?.verdict === 'not-provable' ? 'not-provable' : 'invalid', code, path });
  if (token === null || token.signer === null) return refused('token-unreadable');
  if (token.digest === null || !token.digest.equals(digest)) return refused('token-other-digest');
  if (nonce !== null && !token.nonce?.equals(nonce)) return refused('token-other-nonce');
  const run = await runOpenssl({
    opensslPath: tools.opensslPath, ended: [0, 1],
    args: ['ts', '-verify', '-token_in', '-in', 'token', '-digest', Buffer.from(digest).toString('hex'), '-CAfile', 'anchors', '-x509_strict', '-auth_level', '2',
      '-attime', String(Math.floor(token.genTime.getTime() / 1000))],
    files: new Map<string, string | Uint8Array>([['token', question.token], ['anchors', anchors.map(pem).join('')]]),
  });
  if (run.kind !== 'done') return refused('token-check-failed');
  if (!/^Verification: OK$/m.test(run.stdout + run.stderr)) return refused('token-signature');
  const path = await tools.validator.ask({
    ...PLAIN_QUESTION, certificate: token.signer, intermediates: token.certificates.filter((one) => !one.equals(token.signer as Buffer)).slice(0, 8), anchors, crls, ocsps, at: token.genTime, role: 'timestamp',
  });
  return path.verdict === 'valid' ? { verdict: 'valid', token, signer: token.signer } : refused('token-certificate', path);
}

const pem = (der: Uint8Array): string => `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64').replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
