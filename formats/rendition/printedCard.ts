import { SIGNATURE_ROLES, type Cover, type ProfileCode, type SignatureRole } from '../../domain/card.js';
import type { Instant } from '../../domain/brand.js';
import type { PrintedCard, PrintMark } from '../../domain/sheets/printedCard.js';
import type { CardContent } from '../card/compose.js';
import { readCard } from '../card/read.js';
import { examineStored } from '../foreign/verify.js';
import { verifyCard } from '../signature/verify.js';

/** A stored card whose bytes are no longer what was signed. Its message names codes, never a person. */
export class CardNotPrintable extends Error {
  constructor(readonly code: string) {
    super(`card not printable: ${code}`);
    this.name = 'CardNotPrintable';
  }
}

/** How a card is read back: our own by the policy it was written under, another's by the namespaces that it verified in. */
export type StoredAs = { kind: 'own'; profile: ProfileCode; cover: Cover } | { kind: 'foreign'; profile: ProfileCode; context: ReadonlyMap<string, string> };

/**
 * What is printed of a card's signed bytes. Nothing is printed of bytes whose signatures do not hold: the rendition bears the Sở's own
 * signature, and would lend it to a forgery.
 * @throws CardNotPrintable
 */
export function printedCard(document: Buffer, stored: StoredAs, mark: PrintMark | null): PrintedCard {
  const { content, signatures } = stored.kind === 'own' ? readOwn(document, stored) : readForeign(document, stored);
  const { data, unknownSubjects } = content;
  const signed = (role: SignatureRole, name: (subject: string) => string): PrintedCard['signatures'][SignatureRole] => {
    const signature = signatures.find((one) => one.role === role);
    return signature === undefined ? null : { name: name(signature.subject), signedAt: signature.signedAt as Instant };
  };
  return {
    cardId: data.cardId.toLowerCase(), record: data.record, mark,
    otherSubjects: unknownSubjects.map(({ name, level, test }) => ({ name, level, test })),
    schoolYear: data.schoolYear, departmentName: data.province.departmentName, provinceName: data.province.provinceName,
    schoolName: data.school.name, communeName: data.school.communeName, districtName: data.school.districtName, className: data.class.name,
    teacherName: data.teacher.fullName, approver: { fullName: data.approver.fullName, title: data.approver.title },
    placeOfIssue: data.placeOfIssue, plannedIssueOn: data.plannedIssueOn,
    signatures: {
      teacher: signed('teacher', () => data.teacher.fullName), principal: signed('principal', () => data.approver.fullName),
      seal: signed('seal', (subject) => commonName(subject) ?? data.school.name),
    },
  };
}

type Read = { content: CardContent; signatures: readonly { role: string; signedAt: string; subject: string }[] };

function readOwn(document: Buffer, { profile, cover }: { profile: ProfileCode; cover: Cover }): Read {
  const reading = readCard(document, profile);
  if (!reading.ok) throw new CardNotPrintable(reading.code);
  const roles = SIGNATURE_ROLES.filter((role) => reading.card.signatures.some((signature) => signature.role === role));
  // Whose certificates these are was judged when each was attached and again at receipt; without anchors the rest is judged here.
  const verdict = verifyCard({ card: document, policy: { kind: 'own', profile, cover, roles }, anchors: [] });
  if (verdict.verdict === 'invalid') throw new CardNotPrintable(verdict.code);
  return { content: reading.card, signatures: verdict.signatures };
}

function readForeign(document: Buffer, { profile, context }: { profile: ProfileCode; context: ReadonlyMap<string, string> }): Read {
  const examined = examineStored({ bytes: document, context, profile, at: new Date() });
  if (!('content' in examined)) throw new CardNotPrintable(examined.code);
  return { content: examined.content, signatures: examined.signatures.map(({ role, signedAt, certificate }) => ({ role, signedAt: signedAt.at.toISOString(), subject: certificate.subjectName })) };
}

/** CN of an RFC 4514 name, its escapes undone. */
function commonName(subject: string): string | null {
  const written = /(?:^|,)CN=((?:\\.|[^,\\+])*)/.exec(subject)?.[1];
  return written?.replace(/\\([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))).replace(/\\(.)/g, '$1') ?? null;
}
