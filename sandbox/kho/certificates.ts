import { createHash, type X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import type { z } from 'zod';
import { Journal } from '../process/journal.js';
import { signerOf } from './batch.js';
import { unpackContent } from './content.js';
import { fingerprintOf, SignedDocument, uidOf } from './signatures.js';
import type { certificateRequest } from './wire.js';
import { childOf, NotReadableXml, readXml } from './xmlTree.js';

/** The Kho's catalogues; `MO_PHONG` is the sandbox's own issuer, since the annex says the list may grow. */
export const SIGNATURE_KINDS = [{ ma: 'REMOTE_SIGNING', ten: 'Ký số từ xa' }, { ma: 'USB_TOKEN', ten: 'USB Token' }] as const;
export const ISSUERS = [
  { ma: 'VNPT', ten: 'VNPT-CA' }, { ma: 'BKAV', ten: 'BKAV-CA' }, { ma: 'VIETTEL', ten: 'VIETTEL-CA' },
  { ma: 'BAN_CO_YEU', ten: 'Ban Cơ yếu Chính phủ' }, { ma: 'MO_PHONG', ten: 'Dịch vụ ký số mô phỏng' },
] as const;

type Registration = { messageid: string; unit: string; fingerprint: string; serial: string; contentHash: string; approve: boolean; at: string };
type Request = z.infer<typeof certificateRequest>;
export type RegistrationRefusal = { error: string; field: string; description: string };
export type Decision = { serial: string; decided: boolean; approved: boolean };

/** Organisation certificates and what became of them; somebody at the Ministry decides a little later. */
export class CertificateBook {
  readonly #registrations = new Map<string, Registration>();

  private constructor(private readonly journal: Journal<Registration>, private readonly decideAfterMs: number) {}

  static async open(directory: string, decideAfterMs: number): Promise<CertificateBook> {
    const { journal, entries } = await Journal.open<Registration>(join(directory, 'certificates.jsonl'));
    const book = new CertificateBook(journal, decideAfterMs);
    for (const entry of entries) book.#registrations.set(entry.messageid, entry);
    return book;
  }

  /** @param approve what the decision will be; the same message again keeps the first one's */
  async register(request: Request, approve: () => Promise<boolean>): Promise<RegistrationRefusal | null> {
    const { messageid, ma_don_vi } = request.authenticationRequest;
    const contentHash = createHash('sha256').update(JSON.stringify([ma_don_vi, request.serial_number, request.ngay_hieu_luc, request.content])).digest('hex');
    const before = this.#registrations.get(messageid);
    if (before !== undefined) {
      return before.contentHash === contentHash ? null : { error: 'MESSAGEID_DA_DUNG', field: 'messageid', description: 'messageid đã dùng cho nội dung khác.' };
    }
    const checked = await this.#check(request);
    if (!('certificate' in checked)) return checked;
    const registration = {
      messageid, unit: ma_don_vi, fingerprint: fingerprintOf(checked.certificate), serial: request.serial_number,
      contentHash, approve: await approve(), at: new Date().toISOString(),
    };
    await this.journal.append(registration);
    this.#registrations.set(messageid, registration);
    return null;
  }

  /** Null when that unit never sent such a message. */
  decision(messageid: string, unit: string): Decision | null {
    const registration = this.#registrations.get(messageid);
    return registration?.unit === unit ? { serial: registration.serial, decided: this.#decided(registration), approved: registration.approve } : null;
  }

  isApproved(unit: string, certificate: X509Certificate): boolean {
    const fingerprint = fingerprintOf(certificate);
    return [...this.#registrations.values()].some((one) => one.unit === unit && one.fingerprint === fingerprint && one.approve && this.#decided(one));
  }

  close(): Promise<void> {
    return this.journal.close();
  }

  #decided(registration: Registration): boolean {
    return Date.now() >= Date.parse(registration.at) + this.decideAfterMs;
  }

  async #check(request: Request): Promise<{ certificate: X509Certificate } | RegistrationRefusal> {
    const wrong = (error: string, field: string, description: string): RegistrationRefusal => ({ error, field, description });
    if (!SIGNATURE_KINDS.some(({ ma }) => ma === request.ma_kieu_chu_ky)) return wrong('SAI_GIA_TRI', 'ma_kieu_chu_ky', 'Kiểu chữ ký không có trong danh mục.');
    if (!ISSUERS.some(({ ma }) => ma === request.nha_phat_hanh)) return wrong('SAI_GIA_TRI', 'nha_phat_hanh', 'Nhà phát hành không có trong danh mục.');
    const content = await unpackContent(request.content);
    if (!content.ok) return wrong(content.code, 'content', content.reason);
    const certificate = selfSignedContent(content.xml);
    if (certificate === null) return wrong('SAI_CHU_KY', 'content', 'Nội dung phải chứa chứng thư và chữ ký do chính chứng thư đó tạo.');
    const plain = (serial: string): string => serial.toLowerCase().replace(/^0+/, '');
    if (plain(certificate.serialNumber) !== plain(request.serial_number)) return wrong('SAI_GIA_TRI', 'serial_number', 'Số sê-ri khác với chứng thư.');
    if (localDay(Date.parse(certificate.validFrom)) !== localDay(Date.parse(request.ngay_hieu_luc))) return wrong('SAI_GIA_TRI', 'ngay_hieu_luc', 'Ngày hiệu lực khác với chứng thư.');
    if (Date.parse(certificate.validTo) <= Date.now()) return wrong('CHUNG_THU_HET_HAN', 'content', 'Chứng thư đã hết hạn.');
    return uidOf(certificate)?.startsWith('MST:') === true ? { certificate } : wrong('SAI_CHUNG_THU', 'content', 'Chứng thư không phải của tổ chức.');
  }
}

/** The certificate, when the document holds it outside the Signature and is signed whole by its key. */
function selfSignedContent(xml: string): X509Certificate | null {
  try {
    const root = readXml(xml);
    const signature = childOf(root, 'Signature');
    if (signature === undefined) return null;
    const sender = signerOf(new SignedDocument(xml, root), signature);
    if (!sender.ok) return null;
    const encoded = sender.certificate.raw.toString('base64');
    const stated = root.children.filter((child) => child !== signature).some((child) => child.text.replace(/\s+/g, '') === encoded);
    return stated ? sender.certificate : null;
  } catch (error) {
    if (error instanceof NotReadableXml) return null;
    throw error;
  }
}

const localDay = (milliseconds: number): string => new Date(milliseconds + 7 * 3_600_000).toISOString().slice(0, 10);
