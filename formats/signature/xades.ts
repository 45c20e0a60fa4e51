import { ROLE_TAGS } from '../card/profile.js';
import type { SignatureRole } from '../../domain/card.js';
import { escapeAttribute, escapeText } from '../xml/text.js';
import type { CertificateFacts } from './certificate.js';
import { digestBase64, DSIG_NAMESPACE, SHA256, type Reference } from './xmlSignature.js';

const XADES_NAMESPACE = 'http://uri.etsi.org/01903/v1.3.2#';
const SIGNED_PROPERTIES = 'http://uri.etsi.org/01903#SignedProperties';

export type XadesParts = {
  /** `Id` of the SignedProperties. */
  id: string;
  /** `Id` of the Signature they belong to. */
  signatureId: string;
  role: SignatureRole;
  certificate: CertificateFacts;
};

/**
 * The optional XAdES object (ETSI EN 319 132-1): which certificate signs and in which role, covered by the signature, so that neither
 * can be exchanged. It states no time of its own: the Ministry's SigningTime stands in SignatureProperties, once (spec §3.1).
 */
const signedProperties = ({ id, role, certificate }: XadesParts): string => {
  const ds = (name: string): string => `${name} xmlns="${DSIG_NAMESPACE}"`;
  const digest = Buffer.from(certificate.fingerprint, 'hex').toString('base64');
  return `<SignedProperties Id="${escapeAttribute(id)}"><SignedSignatureProperties><SigningCertificateV2><Cert><CertDigest>`
    + `<${ds('DigestMethod')} Algorithm="${SHA256}"></DigestMethod><${ds('DigestValue')}>${digest}</DigestValue></CertDigest></Cert></SigningCertificateV2>`
    + `<SignerRole><ClaimedRoles><ClaimedRole>${escapeText(ROLE_TAGS[role])}</ClaimedRole></ClaimedRoles></SignerRole></SignedSignatureProperties></SignedProperties>`;
};

/** The Object as it stands in its Signature. */
export const xadesObject = (parts: XadesParts): string =>
  `<Object><QualifyingProperties xmlns="${XADES_NAMESPACE}" Target="#${escapeAttribute(parts.signatureId)}">${signedProperties(parts)}</QualifyingProperties></Object>`;

/** Covers the SignedProperties; alone, they declare their namespace themselves. */
export const xadesReference = (parts: XadesParts): Reference => ({
  id: parts.id, type: SIGNED_PROPERTIES,
  digest: digestBase64(signedProperties(parts).replace('<SignedProperties', `<SignedProperties xmlns="${XADES_NAMESPACE}"`)),
});
