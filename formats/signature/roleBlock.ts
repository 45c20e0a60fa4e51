import type { Cover, SignatureRole } from '../../domain/card.js';
import { ROLE_TAGS, type Profile } from '../card/profile.js';
import { escapeAttribute } from '../xml/text.js';
import { certificateOfText, type CertificateFacts } from './certificate.js';
import { xadesObject, xadesReference, type XadesParts } from './xades.js';
import { signatureElement, signedInfo, timeReference, type Reference } from './xmlSignature.js';

/** What one role block states; the block is a pure function of this, in both directions. */
export type RoleBlock = {
  role: SignatureRole;
  cardId: string;
  /** Of the profile: how a block's own id is spelled. */
  idAttribute: Profile['idAttribute'];
  cover: Cover;
  /** Whether it holds the optional XAdES object. */
  xades: boolean;
  /** NGAY_KY and SigningTime, `YYYY-MM-DDThh:mm:ss+07:00`. */
  signingTime: string;
  /** SO_CCCD; null for the seal. */
  personalNumber: string | null;
  certificate: CertificateFacts;
  /** The covered regions, in order and without what the Signature says of itself: what the role signs by the profile, then earlier roles by `cover`. */
  references: readonly Reference[];
  signatureValue: Buffer | null;
};

export const roleIds = (role: SignatureRole, cardId: string) => {
  const name = ROLE_TAGS[role].toLowerCase();
  return { block: `${name}-${cardId}`, signature: `sig-${name}-${cardId}`, time: `time-${name}-${cardId}`, xades: `xades-${name}-${cardId}` } as const;
};

const xadesParts = ({ role, cardId, certificate }: RoleBlock): XadesParts => {
  const ids = roleIds(role, cardId);
  return { role, certificate, id: ids.xades, signatureId: ids.signature };
};

/** Bytes, one letter each. */
type Rendered = { signedInfo: string; signature: string; block: string };
/**
 * A block is asked for its texts several times while its card is judged; they follow from it alone. The last few are remembered: a
 * WeakMap of all would cost the garbage collector more than it saves.
 */
const recent: { block: RoleBlock; texts: Rendered }[] = [];
const REMEMBERED = 4;

function render(block: RoleBlock): Rendered {
  const known = recent.find((one) => one.block === block);
  if (known !== undefined) return known.texts;
  if (block.certificate.algorithm === null) throw new TypeError('the certificate has no accepted key');
  const ids = roleIds(block.role, block.cardId);
  const time = timeReference({ id: ids.signature, timeId: ids.time, signingTime: block.signingTime });
  const info = signedInfo(block.certificate.algorithm, [...block.references, ...(block.xades ? [xadesReference(xadesParts(block))] : []), time]);
  const signature = signatureElement({
    id: ids.signature,
    timeId: ids.time,
    signedInfo: info,
    signatureValue: block.signatureValue?.toString('base64') ?? null,
    certificate: block.certificate,
    signingTime: block.signingTime,
    ...(block.xades ? { objects: xadesObject(xadesParts(block)) } : {}),
  });
  const tag = ROLE_TAGS[block.role];
  const id = block.cover === 'block' ? ` ${block.idAttribute}="${escapeAttribute(ids.block)}"` : '';
  const number = block.personalNumber === null ? '' : `<SO_CCCD>${block.personalNumber}</SO_CCCD>`;
  const made = { signedInfo: info, signature, block: `<${tag}${id}><NGAY_KY>${block.signingTime}</NGAY_KY>${number}${signature}</${tag}>` };
  recent.push({ block, texts: made });
  if (recent.length > REMEMBERED) recent.shift();
  return made;
}

/**
 * SignedInfo of a block: its regions, the XAdES properties where it has them, then the signing time. The certificate's key must be of
 * an accepted kind.
 */
export const blockSignedInfo = (block: RoleBlock): string => render(block).signedInfo;

/** The Signature element of a block, its canonical form too. */
export const blockSignature = (block: RoleBlock): string => render(block).signature;

/** The block as it stands among the card's signatures. It bears an id only where a later role covers it (`cover: block`). */
export const writeRoleBlock = (block: RoleBlock): string => render(block).block;

/**
 * Picks out of a block only what it states, by the tags we write around it. Nothing else in it is looked at, and nothing needs to be:
 * the caller writes the block again from these values and compares the bytes, so whatever does not belong there makes a difference.
 * @param source the block's bytes, one letter each: every value is ASCII
 * @returns null when a value is missing or unreadable
 */
export function readRoleBlock(source: string, known: Pick<RoleBlock, 'role' | 'cardId' | 'idAttribute' | 'cover'>): RoleBlock | null {
  const signature = source.indexOf('<Signature ');
  const head = source.slice(0, Math.max(signature, 0));
  const info = between(source, '<SignedInfo>', '</SignedInfo>', signature);
  const infoEnd = signature + (info?.length ?? 0);
  const certificateText = between(source, '<X509Certificate>', '</X509Certificate>', infoEnd);
  const signingTime = between(head, '<NGAY_KY>', '</NGAY_KY>');
  if (info === null || certificateText === null || signingTime === null) return null;
  const certificate = certificateOfText(certificateText);
  if (certificate === null || certificate.algorithm === null) return null;
  const references = info.split('<Reference ').slice(1).map((reference) => ({
    id: between(reference, 'URI="#', '"') ?? '',
    digest: between(reference, '<DigestValue>', '</DigestValue>') ?? '',
  }));
  const value = between(source, '<SignatureValue>', '</SignatureValue>', infoEnd);
  const xades = source.includes('<QualifyingProperties ', infoEnd + certificateText.length);
  return {
    ...known, signingTime, certificate, xades,
    personalNumber: between(head, '<SO_CCCD>', '</SO_CCCD>'),
    references: references.slice(0, xades ? -2 : -1),
    signatureValue: value === null ? null : Buffer.from(value, 'base64'),
  };
}

function between(source: string, open: string, close: string, from = 0): string | null {
  const start = source.indexOf(open, from);
  const end = start < 0 ? -1 : source.indexOf(close, start + open.length);
  return end < 0 ? null : source.slice(start + open.length, end);
}
