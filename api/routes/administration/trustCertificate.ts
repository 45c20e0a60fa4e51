import { readAuthorityCertificate, type AuthorityCertificate } from '../../../formats/trust/authorityCertificate.js';

/** The sandbox's own issuers are refused in production when trust is first installed; here two people look at each name. */
export type ReadCertificate = { ok: true; certificate: AuthorityCertificate } | { ok: false; sentence: string };

/** @param bytes one certificate, PEM or DER @param weakAllowed whether the form says that a weak one is meant as an exception */
export function readProposedCertificate(bytes: Buffer, weakAllowed: boolean): ReadCertificate {
  if (bytes.length === 0) return { ok: false, sentence: 'Chọn tệp chứng thư của tổ chức chứng thực.' };
  const ders = dersOf(bytes);
  if (ders.length !== 1) return { ok: false, sentence: 'Tệp phải có đúng một chứng thư, dạng PEM hoặc DER.' };
  const certificate = readAuthorityCertificate(ders[0] as Buffer);
  if (certificate === null) return { ok: false, sentence: 'Đây không phải chứng thư của tổ chức chứng thực: tải đúng chứng thư gốc hoặc chứng thư cấp phát mà tổ chức công bố.' };
  if (certificate.weak && !weakAllowed) return { ok: false, sentence: 'Chứng thư này dùng khóa hoặc thuật toán yếu (RSA dưới 2048 bit, SHA-1). Chỉ nhận khi đánh dấu là ngoại lệ.' };
  return { ok: true, certificate };
}

function dersOf(bytes: Buffer): Buffer[] {
  if (!bytes.includes('-----BEGIN ')) return [bytes];
  return [...bytes.toString('latin1').matchAll(/-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g)].map(([, base64]) => Buffer.from(base64 as string, 'base64'));
}
