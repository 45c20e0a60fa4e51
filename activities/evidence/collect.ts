import { randomBytes } from 'node:crypto';
import type { WaitCode } from '../../domain/evidence.js';
import type { CardSigner, Stamp } from '../../db/evidence/stamp.js';
import { positiveInteger, writeTimestampQuery } from '../../formats/evidence/timestampQuery.js';
import { readTimestampReply, readTimestampToken } from '../../formats/evidence/timestampToken.js';
import { verifyTimestamp, type TimestampAnswer } from '../../formats/evidence/verifyTimestamp.js';
import type { PathCode } from '../../formats/trust/codes.js';
import type { ActivityDeps } from '../deps.js';
import { OutsideFault } from '../fault.js';
import { dersOf, distinct, judgeSigners, sha256, usedMaterial, waitCodeOf, type Gathered, type Unfit } from './gather.js';
import { askResponders } from './responders.js';

/** A service that answered, but not so that anything is proven; `waitCode` is what people are told. */
export class WaitFault extends OutsideFault {
  constructor(system: OutsideFault['system'], code: string, readonly waitCode: WaitCode) {
    super(system, code);
  }
}

export type Collected = { stamp: Stamp; unfit: ReadonlyMap<string, Unfit>; gathered: Gathered };

/** A token's time and our own clock agree within this, or one of the two clocks is wrong (spec §3.1's tolerance). */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/**
 * One token over `root` with everything that proves it: revocation was asked first, so that no token is spent while it cannot be known;
 * then the token; then every signer's certificate judged at the token's time.
 * @throws OutsideFault
 */
export async function collectStamp(deps: ActivityDeps, { root, signers, gathered: before }: { root: Buffer; signers: readonly CardSigner[]; gathered: Gathered }): Promise<Collected> {
  const { token, answer, gathered } = await stampedRoot(deps, root, before);
  const { blocked, unfit } = await judgeSigners(deps, { signers, at: answer.token.genTime, gathered });
  const [waiting] = blocked.values();
  if (waiting !== undefined) throw new WaitFault('crl', waiting.code, waiting.waitCode);
  const anchors = [...await deps.anchors(), ...await deps.trust.tsaAnchors()].map(({ raw }) => raw);
  const certificates = distinct([...signers.flatMap(({ der, between }) => [der, ...between ?? []]), answer.signer, ...answer.token.certificates, ...anchors]);
  return {
    unfit, gathered,
    stamp: { token, serial: answer.token.serial, genTime: answer.token.genTime, certificates: certificates.map((der) => ({ fingerprint: sha256(der), der })), revocations: usedMaterial(gathered, certificates) },
  };
}

type Valid = Extract<TimestampAnswer, { verdict: 'valid' }>;

async function stampedRoot(deps: ActivityDeps, root: Buffer, before: Gathered): Promise<{ token: Buffer; answer: Valid; gathered: Gathered }> {
  const nonce = randomBytes(16);
  const reply = readTimestampReply(await deps.sources.timestamp(writeTimestampQuery({ digest: root, nonce, policy: null })));
  if (reply === null || !reply.granted) throw new WaitFault('tsa', reply === null ? 'unexpected-answer' : `status-${reply.status}`, 'tsa-refused');
  const { token } = reply;
  const anchors = (await deps.trust.tsaAnchors()).map(({ raw }) => raw);
  const verify = (gathered: Gathered): Promise<TimestampAnswer> =>
    verifyTimestamp(deps.trust, { token, digest: root, nonce: positiveInteger(nonce), anchors, crls: dersOf(gathered.lists), ocsps: dersOf(gathered.answers) });
  let gathered = before;
  let answer = await verify(gathered);
  if (answer.verdict !== 'valid' && answer.path?.verdict === 'not-provable') {
    const { signer = null, certificates = [] } = readTimestampToken(token) ?? {};
    gathered = { lists: before.lists, answers: [...before.answers, ...await askResponders(deps, signer === null ? [] : [signer], [...anchors, ...certificates])] };
    answer = await verify(gathered);
  }
  if (answer.verdict === 'valid') {
    if (Math.abs(answer.token.genTime.getTime() - Date.now()) > CLOCK_TOLERANCE_MS) throw new WaitFault('tsa', 'clock', 'tsa-clock');
    return { token, answer, gathered };
  }
  if (answer.path?.verdict === 'not-provable') throw unproven(answer.path.code, gathered);
  throw new WaitFault('tsa', answer.path?.code ?? answer.code, answer.verdict === 'invalid' ? 'tsa-bad-token' : 'own-check-failed');
}

/** A certificate on hold is a signer's; of a time-stamping service it is a list that cannot be used now. */
function unproven(code: PathCode, gathered: Gathered): WaitFault {
  return new WaitFault('crl', code, code === 'on-hold' ? 'crl-unusable' : waitCodeOf(code, gathered));
}
