import { randomBytes } from 'node:crypto';
import { circuitOpenUntil } from '../../db/circuit.js';
import type { Db } from '../../db/connect.js';
import { anchorsInForce, sourcesInForce } from '../../db/trust/inForce.js';
import { readTimestampReply, readTimestampToken } from '../../formats/evidence/timestampToken.js';
import { positiveInteger, writeTimestampQuery } from '../../formats/evidence/timestampQuery.js';
import { verifyTimestamp } from '../../formats/evidence/verifyTimestamp.js';
import { isEmbeddable, type Stamp } from '../../formats/pades/cms.js';
import { findOpenssl } from '../../formats/trust/opensslCommand.js';
import { createPathValidator } from '../../formats/trust/validator.js';
import { fetchOutside } from '../../runtime/fetchOutside.js';

/** Where a rendition's signature gets its time-stamp; goes into the thread that makes it. */
export type StampSource = { address: string; anchors: readonly Uint8Array[]; allowLoopback: boolean };

/** The file can be had without it: `code` says why there is none. */
export class NoStamp extends Error {
  constructor(readonly code: string, options?: ErrorOptions) {
    super(`no time-stamp: ${code}`, options);
    this.name = 'NoStamp';
  }
}

/** A person waits for the file. */
const PATIENCE_MS = 3_000;
const MOST_BYTES = 256 * 1024;
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** The service that two administrators have set; null while there is none, or while it is known to be away. */
export async function stampSource(db: Db, { sandbox }: { sandbox: boolean }): Promise<StampSource | null> {
  const address = (await sourcesInForce(db)).find(({ kind }) => kind === 'tsa')?.address;
  if (address === undefined || await circuitOpenUntil(db, 'tsa') !== null) return null;
  return { address, anchors: (await anchorsInForce(db)).filter(({ uses }) => uses.includes('timestamp')).map(({ der }) => der), allowLoopback: sandbox };
}

/**
 * A token over a digest, verified before it is used: its signature, what it stamps, and that its certificate leads to an authority of ours.
 * Revocation of that certificate is for the reader of the file to look up, who does so at a time of his own.
 * @throws NoStamp
 */
export const stampFrom = ({ address, anchors, allowLoopback }: StampSource): Stamp => async (digest) => {
  const openssl = await findOpenssl(process.env['HUB_OPENSSL']);
  if (openssl.path === null) throw new NoStamp('no-openssl');
  const nonce = randomBytes(16);
  const { status, body } = await fetchOutside({
    address, allowLoopback, body: writeTimestampQuery({ digest, nonce, policy: null }), mostBytes: MOST_BYTES, timeoutMs: PATIENCE_MS,
    headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' }, fault: (code) => new NoStamp(code),
  });
  const reply = status === 200 ? readTimestampReply(body) : null;
  if (reply?.granted !== true) throw new NoStamp(status === 200 ? 'refused' : `http-${status}`);
  const tools = { opensslPath: openssl.path, validator: createPathValidator({ opensslPath: openssl.path, processes: 1 }) };
  const answer = await verifyTimestamp(tools, { token: reply.token, digest, nonce: positiveInteger(nonce), anchors, crls: [] });
  // Without a list its path cannot be proven, and that is all that may be missing.
  if (answer.verdict !== 'valid' && answer.path?.code !== 'crl-missing') throw new NoStamp(answer.path?.code ?? answer.code);
  const genTime = readTimestampToken(reply.token)?.genTime.getTime() ?? Number.NaN;
  if (!(Math.abs(genTime - Date.now()) <= CLOCK_TOLERANCE_MS)) throw new NoStamp('clock');
  if (!isEmbeddable(reply.token)) throw new NoStamp('not-der');
  return reply.token;
};
