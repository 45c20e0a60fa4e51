import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { certificateFacts, type CertificateFacts } from '../../../formats/signature/certificate.js';

export type PacketMaterial = { facts: CertificateFacts; taxCode: string; key: KeyObject };
type Judged = { ok: true; material: PacketMaterial } | { ok: false; field: 'certificate' | 'key'; sentence: string };

const refuse = (field: 'certificate' | 'key', sentence: string): Judged => ({ ok: false, field, sentence });

/**
 * Judges the Sở's packet certificate and its key, both PEM: one organisation certificate, valid now, and the key that belongs to it.
 * @param now the moment of judging
 */
export function readPacketMaterial(input: { certificate: string; key: string }, now: Date): Judged {
  const facts = certificateOf(input.certificate);
  if (facts === null) return refuse('certificate', 'Không đọc được chứng thư. Cần tệp PEM có dòng "BEGIN CERTIFICATE"; nếu có tệp .p12 hoặc .pfx thì tách ra trước.');
  const { certificate, holder, algorithm } = facts;
  if (certificate.ca) return refuse('certificate', 'Đây là chứng thư của tổ chức chứng thực (CA), không phải chứng thư của Sở.');
  if (holder.kind !== 'organisation') return refuse('certificate', 'Chứng thư này không phải của tổ chức: tên chủ thể không có mã số thuế (UID=MST:…).');
  if (algorithm === null) return refuse('certificate', 'Loại khóa của chứng thư không dùng được: cần RSA từ 2048 bit hoặc ECDSA P-256, P-384, P-521.');
  if (new Date(certificate.validTo) <= now) return refuse('certificate', 'Chứng thư đã hết hạn. Xin tổ chức chứng thực cấp chứng thư mới.');
  if (new Date(certificate.validFrom) > now) return refuse('certificate', 'Chứng thư chưa đến ngày có hiệu lực.');
  const key = keyOf(input.key);
  if (key === 'encrypted') return refuse('key', 'Tệp khóa đang đặt mật khẩu. Gỡ mật khẩu bằng: openssl pkey -in khoa.pem -out khoa-mo.pem');
  if (key === null) return refuse('key', 'Không đọc được khóa bí mật. Cần tệp PEM có dòng "BEGIN PRIVATE KEY".');
  if (!certificate.checkPrivateKey(key)) return refuse('key', 'Khóa bí mật này không thuộc chứng thư đã chọn. Chọn đúng cặp tệp của một lần cấp.');
  return { ok: true, material: { facts, taxCode: holder.taxCode, key } };
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

function keyOf(pem: string): KeyObject | 'encrypted' | null {
  if (/ENCRYPTED/.test(pem)) return 'encrypted';
  try {
    return createPrivateKey(pem);
  } catch {
    return null;
  }
}
