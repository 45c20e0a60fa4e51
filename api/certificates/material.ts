import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { NewCertificate } from '../../db/certificateIntake.js';
import { Pkcs12Fault, PKCS12_FAULTS } from '../../formats/pkcs12/fault.js';
import { openPkcs12 } from '../../formats/pkcs12/open.js';
import { certificateFacts, type CertificateFacts } from '../../formats/signature/certificate.js';

/** Whose certificate it should be: the sentences say so. */
export type Owner = 'Sở' | 'trường';
type Field = 'certificate' | 'key' | 'container' | 'password';
/** `others`: what came with it (DER), intermediates at most. */
export type OrganisationMaterial = { facts: CertificateFacts; taxCode: string; key: KeyObject; others: readonly Uint8Array[] };
type Judged = { ok: true; material: OrganisationMaterial } | { ok: false; field: Field; sentence: string };

const refuse = (field: Field, sentence: string): Judged => ({ ok: false, field, sentence });

/**
 * Judges an organisation's certificate and its key, both PEM: one organisation certificate, valid now, and the key that belongs to it.
 * @param now the moment of judging
 */
export function readPemPair(input: { certificate: string; key: string }, owner: Owner, now: Date): Judged {
  const facts = certificateOf(input.certificate);
  if (facts === null) return refuse('certificate', 'Không đọc được chứng thư. Cần tệp PEM có dòng "BEGIN CERTIFICATE", hoặc chọn tệp .p12 ở mục trên.');
  const fault = certificateFault(facts, owner, now);
  if (fault !== null) return refuse('certificate', fault);
  const key = keyOf(input.key);
  if (key === 'encrypted') return refuse('key', 'Tệp khóa đang đặt mật khẩu. Gỡ mật khẩu bằng: openssl pkey -in khoa.pem -out khoa-mo.pem');
  if (key === null) return refuse('key', 'Không đọc được khóa bí mật. Cần tệp PEM có dòng "BEGIN PRIVATE KEY".');
  if (!facts.certificate.checkPrivateKey(key)) return refuse('key', 'Khóa bí mật này không thuộc chứng thư đã chọn. Chọn đúng cặp tệp của một lần cấp.');
  return { ok: true, material: { facts, taxCode: taxCodeOf(facts), key, others: othersOf(input.certificate) } };
}

/** The same of one PKCS#12 file, as certificate authorities give them out: certificate and key together, under a password. */
export async function readContainer(input: { container: Uint8Array; password: string }, owner: Owner, now: Date): Promise<Judged> {
  try {
    const { key, certificate, others } = await openPkcs12(input.container, input.password);
    const facts = certificateFacts(certificate);
    if (facts === null) return refuse('container', 'Không đọc được chứng thư trong tệp. Xin tổ chức chứng thực cấp lại tệp.');
    const fault = certificateFault(facts, owner, now);
    return fault === null ? { ok: true, material: { facts, taxCode: taxCodeOf(facts), key, others } } : refuse('container', fault);
  } catch (fault) {
    if (!(fault instanceof Pkcs12Fault)) throw fault;
    return refuse(fault.code === 'wrong-password' ? 'password' : 'container', PKCS12_FAULTS[fault.code]);
  }
}

/** As the register of certificates stores it. */
export const keptCertificate = ({ facts: { certificate, fingerprint }, taxCode }: OrganisationMaterial): NewCertificate => ({
  der: certificate.raw, fingerprint, uid: `MST:${taxCode}`, serial: certificate.serialNumber, validFrom: new Date(certificate.validFrom).toISOString(), validTo: new Date(certificate.validTo).toISOString(),
});

const taxCodeOf = ({ holder }: CertificateFacts): string => (holder.kind === 'organisation' ? holder.taxCode : '');

/** Why a certificate cannot be the owner's, in a sentence; null when it can. */
function certificateFault({ certificate, holder, algorithm }: CertificateFacts, owner: Owner, now: Date): string | null {
  if (certificate.ca) return `Đây là chứng thư của tổ chức chứng thực (CA), không phải chứng thư của ${owner}.`;
  if (holder.kind === 'person') return `Đây là chứng thư cá nhân, không phải của tổ chức: tên chủ thể mang số định danh cá nhân. Chọn chứng thư tổ chức của ${owner}, có mã số thuế.`;
  if (holder.kind !== 'organisation') return 'Chứng thư này không phải của tổ chức: tên chủ thể không có mã số thuế (UID=MST:…).';
  if (algorithm === null) return 'Loại khóa của chứng thư không dùng được: cần RSA từ 2048 bit hoặc ECDSA P-256, P-384, P-521.';
  if (new Date(certificate.validTo) <= now) return 'Chứng thư đã hết hạn. Xin tổ chức chứng thực cấp chứng thư mới.';
  return new Date(certificate.validFrom) > now ? 'Chứng thư chưa đến ngày có hiệu lực.' : null;
}

/** The first certificate of the file: what follows are intermediates. */
function certificateOf(pem: string): CertificateFacts | null {
  const block = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/.exec(pem)?.[0];
  if (block === undefined) return null;
  try {
    return certificateFacts(new X509Certificate(block).raw);
  } catch {
    // OpenSSL's words name no cause a person could act on.
    return null;
  }
}

/** What follows the first certificate of a file; what cannot be read among it helps no path. */
const othersOf = (pem: string): Uint8Array[] => [...pem.matchAll(/-----BEGIN CERTIFICATE-----([\s\S]+?)-----END CERTIFICATE-----/g)].slice(1).map(([, base64 = '']) => Buffer.from(base64, 'base64'));

function keyOf(pem: string): KeyObject | 'encrypted' | null {
  if (/ENCRYPTED/.test(pem)) return 'encrypted';
  try {
    return createPrivateKey(pem);
  } catch {
    return null;
  }
}
