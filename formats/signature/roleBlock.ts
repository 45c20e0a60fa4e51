import type { Cover, SignatureRole } from '../../domain/card.js';
import { ROLE_TAGS, type Profile } from '../card/profile.js';
import { attributeOf, childrenNamed, onlyChild, type XmlElement } from '../xml/element.js';
import { escapeAttribute } from '../xml/text.js';
import { certificateFacts, type CertificateFacts } from './certificate.js';
import { xadesObject, xadesReference, type XadesParts } from './xades.js';
import { DSIG_NAMESPACE, signatureElement, signedInfo, timeReference, type Reference } from './xmlSignature.js';

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

/** SignedInfo of a block: its regions, the XAdES properties where it has them, then the signing time. The certificate's key must be of an accepted kind. */
export function blockSignedInfo(block: RoleBlock): string {
  if (block.certificate.algorithm === null) throw new TypeError('the certificate has no accepted key');
  const ids = roleIds(block.role, block.cardId);
  const time = timeReference({ id: ids.signature, timeId: ids.time, signingTime: block.signingTime });
  return signedInfo(block.certificate.algorithm, [...block.references, ...(block.xades ? [xadesReference(xadesParts(block))] : []), time]);
}

/** The Signature element of a block, its canonical form too. */
export function blockSignature(block: RoleBlock): string {
  const ids = roleIds(block.role, block.cardId);
  return signatureElement({
    id: ids.signature,
    timeId: ids.time,
    signedInfo: blockSignedInfo(block),
    signatureValue: block.signatureValue?.toString('base64') ?? null,
    subjectName: block.certificate.subjectName,
    certificate: block.certificate.base64,
    signingTime: block.signingTime,
    ...(block.xades ? { objects: xadesObject(xadesParts(block)) } : {}),
  });
}

/** The block as it stands among the card's signatures. It bears an id only where a later role covers it (`cover: block`). */
export function writeRoleBlock(block: RoleBlock): string {
  const tag = ROLE_TAGS[block.role];
  const id = block.cover === 'block' ? ` ${block.idAttribute}="${escapeAttribute(roleIds(block.role, block.cardId).block)}"` : '';
  const number = block.personalNumber === null ? '' : `<SO_CCCD>${block.personalNumber}</SO_CCCD>`;
  return `<${tag}${id}><NGAY_KY>${block.signingTime}</NGAY_KY>${number}${blockSignature(block)}</${tag}>`;
}

/**
 * Picks out of a block only what it states. Nothing else in it is looked at, and nothing needs to be: the caller writes the block
 * again from these values and compares the bytes, so whatever does not belong there makes a difference.
 * @returns null when a value is missing or unreadable
 */
export function readRoleBlock(element: XmlElement, known: Pick<RoleBlock, 'role' | 'cardId' | 'idAttribute' | 'cover'>): RoleBlock | null {
  const signature = onlyChild(element, 'Signature');
  const info = signature && onlyChild(signature, 'SignedInfo');
  const keyInfo = signature && onlyChild(signature, 'KeyInfo');
  const x509 = keyInfo && onlyChild(keyInfo, 'X509Data');
  const certificateText = x509 && onlyChild(x509, 'X509Certificate')?.text;
  const signingTime = onlyChild(element, 'NGAY_KY')?.text;
  if (signature?.namespace !== DSIG_NAMESPACE || !info || !certificateText || signingTime === undefined) return null;
  const certificate = certificateFacts(Buffer.from(certificateText, 'base64'));
  if (certificate === null || certificate.algorithm === null) return null;
  const references = childrenNamed(info, 'Reference').map((reference) => ({
    id: attributeOf(reference, 'URI')?.replace(/^#/, '') ?? '',
    digest: onlyChild(reference, 'DigestValue')?.text ?? '',
  }));
  const value = onlyChild(signature, 'SignatureValue')?.text;
  const xades = childrenNamed(signature, 'Object').length > 1;
  return {
    ...known, signingTime, certificate, xades,
    personalNumber: onlyChild(element, 'SO_CCCD')?.text ?? null,
    references: references.slice(0, xades ? -2 : -1),
    signatureValue: value === undefined ? null : Buffer.from(value, 'base64'),
  };
}
