import type { Cover, ProfileCode } from '../../domain/card.js';
import { recordFaults } from '../../domain/recordRules.js';
import { composeCard } from '../card/compose.js';
import { dateTimeMs } from '../card/dateTime.js';
import { profileOf, profileOfVersion } from '../card/profile.js';
import { readCard } from '../card/read.js';
import { SIGNATURE_FAULTS, type SignatureFaultCode } from '../signature/codes.js';
import { openOwnCard } from '../signature/ownCard.js';
import { readBlocks } from '../signature/prepare.js';
import type { RoleBlock } from '../signature/roleBlock.js';
import { verifyCard } from '../signature/verify.js';
import { readNamespaced } from '../xml/namespaceReader.js';
import { generalField } from './cardShape.js';
import { ForeignFault, MENDERS, type FaultClass, type FaultReport } from './codes.js';
import type { Diagnosis } from './diagnosis.js';
import { diagnosesOf, examineCard } from './examineCard.js';
import { FOREIGN_CARD_LIMITS } from './limits.js';
import type { Proven } from './proven.js';
import { refused, type CardVerdict } from './verdict.js';

export type OwnPolicy = {
  /** The campaign's; null: what the card itself states. */
  profile: ProfileCode | null;
  cover: Cover;
  /** Fingerprints of the approved organisation certificates; null: approval is not checked here. */
  approvedSeals: ReadonlySet<string> | null;
};

/** An own card, held exactly to the policy it was written under; trust in its certificates comes after, as for any other card. */
export function examineOwnCard(bytes: Buffer, policy: OwnPolicy, at: Date): Proven | CardVerdict {
  const profile = policy.profile ?? statedProfile(bytes);
  const about: Partial<CardVerdict> = { profile, approval: policy.approvedSeals === null ? 'not-checked' : 'checked' };
  // Without anchors the best that can be said is "good, but whose?", and that is the only way past here.
  const verdict = verifyCard({ card: bytes, policy: { kind: 'own', profile, cover: policy.cover }, anchors: [], at });
  if (verdict.code !== 'no-anchors') {
    const code = verdict.code === 'valid' ? 'signature-shape' : verdict.code;
    return { ...refused(new ForeignFault('signature-shape'), about), ...ownReport(code, bytes, profile), role: verdict.verdict === 'valid' ? null : verdict.role, diagnosis: diagnosisOf(code, bytes, profile, at) };
  }
  const card = openOwnCard(bytes, profileOf(profile));
  const blocks = typeof card === 'string' ? null : readBlocks(card, policy.cover);
  if (typeof card === 'string' || blocks === null) throw new TypeError('a card that has verified can be read again');
  const signatures = blocks.map(({ role, signingTime, personalNumber }) => ({ role, signedAt: signingTime, personalNumber }));
  const content = { ...composeCard(card.fields, card.profile), signatures };
  const cardId = content.data.cardId;
  const [broken] = recordFaults(content.data.record, content.data.class.grade, content.data.schoolYear);
  if (broken !== undefined) return refused(new ForeignFault('record-rule', broken.field), { ...about, cardId });
  const seal = blocks.find(({ role }) => role === 'seal');
  if (policy.approvedSeals?.has(seal?.certificate.fingerprint ?? '') === false) return refused(new ForeignFault('seal-unapproved'), { ...about, cardId, role: 'seal' });
  return {
    profile, content,
    signatures: blocks.map(({ role, signingTime, certificate }: RoleBlock) => ({ role, certificate, others: [], signedAt: { text: signingTime, at: new Date(dateTimeMs(signingTime) ?? Number.NaN) } })),
    order: policy.cover === 'annex' ? 'claimed' : 'proven',
    notes: policy.approvedSeals === null ? ['approval-not-checked'] : [],
    unregistered: null,
    stored: { bytes, context: new Map() },
  };
}

/** Which layout to hold the card to where nobody says: the signature over PHIEN_BAN is then checked with the rest. */
function statedProfile(bytes: Buffer): ProfileCode {
  const reading = readNamespaced(bytes, FOREIGN_CARD_LIMITS);
  return (reading.ok ? profileOfVersion(generalField(reading.root, 'PHIEN_BAN') ?? '')?.code : undefined) ?? 'v1.0';
}

const FORMAT: ReadonlySet<SignatureFaultCode> = new Set(['not-canonical', 'card-format']);
const SIGNER: ReadonlySet<SignatureFaultCode> = new Set(['holder-kind', 'holder-number', 'signer-number', 'signer-unexpected', 'seal-unapproved']);

/** The own policy's sentences say cause, then who and how. A fault of the content is named as the reader names it. */
function ownReport(code: SignatureFaultCode, bytes: Buffer, profile: ProfileCode): FaultReport {
  const reading = FORMAT.has(code) ? readCard(bytes, profile) : null;
  if (reading?.ok === false) return { code: reading.code, class: 'format', message: reading.message, ...mender(reading.message) };
  const message: string = SIGNATURE_FAULTS[code];
  const kind: FaultClass = FORMAT.has(code) ? 'format' : SIGNER.has(code) ? 'signer' : code === 'role-missing' ? 'policy' : 'signature';
  return { code, class: kind, message, ...mender(message) };
}

/** Who is named in the second half of a sentence; what the hub wrote is the Sở's to give out again. */
function mender(message: string): Pick<FaultReport, 'who' | 'how'> {
  const how = message.slice(message.indexOf('; ') + 2).replace(/\.$/, '');
  const who = Object.values(MENDERS).find((one) => how.includes(one)) ?? (how.startsWith('văn thư') ? MENDERS.clerk : how.startsWith('người ký') ? MENDERS.signer : MENDERS.province);
  return { who, how };
}

/** What was done to a card of ours since it was signed is told as for any other; nothing of it is accepted. */
function diagnosisOf(code: SignatureFaultCode, bytes: Buffer, profile: ProfileCode, at: Date): Diagnosis | null {
  if (code !== 'not-canonical' && code !== 'data-changed' && code !== 'signature-shape') return null;
  const reading = readNamespaced(bytes, FOREIGN_CARD_LIMITS);
  if (!reading.ok) return null;
  const policy = { profile, requireTeacher: false, teacherMayApprove: true, approvedSeals: null, registered: new Map(), issuedHere: () => false };
  const examined = examineCard({ source: reading.source, faults: reading.faults, element: reading.root, outside: new Map() }, policy, at, diagnosesOf(1));
  return 'content' in examined ? null : examined.diagnosis;
}
