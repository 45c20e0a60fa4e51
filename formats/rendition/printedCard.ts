import { SIGNATURE_ROLES, type Cover, type ProfileCode, type SignatureRole } from '../../domain/card.js';
import type { Instant } from '../../domain/brand.js';
import type { PrintedCard, PrintMark } from '../../domain/sheets/printedCard.js';
import { readCard } from '../card/read.js';
import { verifyCard, type VerifiedSignature } from '../signature/verify.js';

/** A stored card whose bytes are no longer what was signed. Its message names codes, never a person. */
export class CardNotPrintable extends Error {
  constructor(readonly code: string) {
    super(`card not printable: ${code}`);
    this.name = 'CardNotPrintable';
  }
}

/**
 * What is printed of an own card's signed bytes. Nothing is printed of bytes whose signatures do not hold: the rendition bears the
 * Sở's own signature, and would lend it to a forgery.
 * @param policy as the card was written under
 * @throws CardNotPrintable
 */
export function printedCard(document: Buffer, policy: { profile: ProfileCode; cover: Cover }, mark: PrintMark | null): PrintedCard {
  const reading = readCard(document, policy.profile);
  if (!reading.ok) throw new CardNotPrintable(reading.code);
  const roles = SIGNATURE_ROLES.filter((role) => reading.card.signatures.some((signature) => signature.role === role));
  // Whose certificates these are was judged when each was attached and again at receipt; without anchors the rest is judged here.
  const verdict = verifyCard({ card: document, policy: { kind: 'own', ...policy, roles }, anchors: [] });
  if (verdict.verdict === 'invalid') throw new CardNotPrintable(verdict.code);
  const { data, unknownSubjects } = reading.card;
  const signed = (role: SignatureRole, name: (signature: VerifiedSignature) => string): PrintedCard['signatures'][SignatureRole] => {
    const signature = verdict.signatures.find((one) => one.role === role);
    return signature === undefined ? null : { name: name(signature), signedAt: signature.signedAt as Instant };
  };
  return {
    cardId: data.cardId, record: data.record, mark,
    otherSubjects: unknownSubjects.map(({ name, level, test }) => ({ name, level, test })),
    schoolYear: data.schoolYear, departmentName: data.province.departmentName, provinceName: data.province.provinceName,
    schoolName: data.school.name, communeName: data.school.communeName, districtName: data.school.districtName, className: data.class.name,
    teacherName: data.teacher.fullName, approver: { fullName: data.approver.fullName, title: data.approver.title },
    placeOfIssue: data.placeOfIssue, plannedIssueOn: data.plannedIssueOn,
    signatures: {
      teacher: signed('teacher', () => data.teacher.fullName), principal: signed('principal', () => data.approver.fullName),
      seal: signed('seal', ({ subject }) => commonName(subject) ?? data.school.name),
    },
  };
}

/** CN of an RFC 4514 name, its escapes undone. */
function commonName(subject: string): string | null {
  const written = /(?:^|,)CN=((?:\\.|[^,\\+])*)/.exec(subject)?.[1];
  return written?.replace(/\\([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))).replace(/\\(.)/g, '$1') ?? null;
}

