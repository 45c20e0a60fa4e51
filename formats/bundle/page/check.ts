import type { Bundle, StatementOfHub } from '../bundle.js';
import { checkCard, type PageCard } from './card.js';
import { checkChain } from './chain.js';
import { digestOf, readCertificate, signedWith } from './certificate.js';
import { checkVendorCard } from './vendor.js';
import { fromBase64, sameBytes, toHex } from './der.js';

/** `proven`: computed here and right; `false`: computed here and wrong; `stated`: the hub's own word, signed by it. */
export type Line = { label: string; kind: 'proven' | 'false' | 'stated' | 'absent'; text: string };
export type Report = { kind: 'proven' | 'false'; lines: Line[]; card: PageCard | null; statement: StatementOfHub | null };

/** Checks everything that can be computed from the file alone. Needs no network; runs in a browser and in Node alike. */
export async function checkBundle(bundle: Bundle): Promise<Report> {
  const bytes = fromBase64(bundle.card);
  const digest = await digestOf(bytes);
  const lines: Line[] = [];
  const say = (label: string, fault: string | null, good: string): void => { lines.push({ label, kind: fault === null ? 'proven' : 'false', text: fault ?? good }); };

  const card = await (bundle.vendor === undefined ? checkCard(bytes) : checkVendorCard(bytes, bundle.vendor.context)).catch((fault: unknown) => {
    if (fault instanceof TypeError) return null;
    throw fault;
  });
  say('Văn bản học bạ', card === null ? bundle.vendor === undefined ? 'Không phải học bạ do hệ thống này lập, hoặc đã bị thay đổi.' : 'Không phải học bạ, hoặc đã bị thay đổi.' : card.fault, 'Đúng mẫu, đủ chữ ký bắt buộc.');
  for (const { label, name, signedAt, fault } of card?.signatures ?? []) say(label, fault, `${name}, ký ${local(signedAt)}`);

  const statement = await statementOf(bundle, digest);
  say('Xác nhận của Sở GD&ĐT', typeof statement === 'string' ? statement : null, typeof statement === 'string' ? '' : `${statement.departmentName} ký xác nhận lúc ${local(statement.madeAt)}.`);
  if (typeof statement !== 'string' && card !== null && statement.cardId !== card.cardId) say('Mã tra cứu', 'Xác nhận của Sở là của học bạ khác.', '');
  const authorities = await checkTime(bundle, digest, lines, say);
  if (typeof statement !== 'string') {
    const used = await Promise.all([...(card?.signatures ?? []).map((one) => one.certificate), ...authorities].map(async (der) => toHex(await digestOf(der))));
    const unknown = used.some((fingerprint) => !statement.path.certificates.includes(fingerprint));
    lines.push(unknown ? { label: 'Nguồn gốc chứng thư', kind: 'false', text: 'Có chứng thư mà Sở không xác nhận: chưa từng kiểm tra, hoặc đã bị thu hồi trước thời điểm này.' }
      : { label: 'Nguồn gốc chứng thư', kind: 'stated', text: `Sở đã kiểm tra: mọi chứng thư đều do tổ chức chứng thực được công nhận cấp và chưa bị thu hồi tại ${local(statement.path.at)}.` });
    lines.push({ label: 'Chứng thư của Sở', kind: 'stated', text: `SHA-256 ${toHex(await digestOf(fromBase64(bundle.statementSignature.certificate)))}: so với dấu Sở công bố.` });
    const status = { 'in-force': 'còn giá trị', recalled: 'đã bị thu hồi', superseded: 'đã được thay bằng bản khác' }[statement.status];
    lines.push({ label: 'Tình trạng', kind: statement.status === 'in-force' ? 'stated' : 'false', text: `Tại ${local(statement.madeAt)}: ${status}. Tình trạng sau đó xem ở trang tra cứu của Sở.` });
  }
  return { kind: lines.some(({ kind }) => kind === 'false') ? 'false' : 'proven', lines, card, statement: typeof statement === 'string' ? null : statement };
}

/** @returns the certificates of the time-stamping authorities whose tokens are right */
async function checkTime({ evidence }: Bundle, digest: Uint8Array, lines: Line[], say: (label: string, fault: string | null, good: string) => void): Promise<Uint8Array[]> {
  if (evidence === null) {
    lines.push({ label: 'Dấu thời gian', kind: 'absent', text: 'Tệp không kèm dấu thời gian.' });
    return [];
  }
  const chain = await checkChain(evidence, digest);
  for (const link of chain) {
    if (link.place > 0) say('Gia hạn', link.fault, link.fault === null ? `Bằng chứng được đóng dấu thời gian lại lúc ${local(link.genTime)} (${link.authority}).` : '');
    else {
      if (link.fault === null) say('Cây băm', null, `Học bạ thứ ${link.index + 1} trong lô ${link.size} học bạ.`);
      say('Dấu thời gian', link.fault, link.fault === null ? `Học bạ đã có nguyên văn như thế này lúc ${local(link.genTime)} (${link.authority}).` : '');
    }
  }
  return chain.flatMap((link) => (link.fault === null ? [link.certificate] : []));
}

/** The hub's statement, once its signature and the card it speaks of are right; else why not. */
async function statementOf({ statement, statementSignature }: Bundle, digest: Uint8Array): Promise<StatementOfHub | string> {
  const certificate = readCertificate(fromBase64(statementSignature.certificate));
  if (!await signedWith(certificate, 'SHA-256', new TextEncoder().encode(statement), fromBase64(statementSignature.value))) return 'Chữ ký của Sở trên xác nhận không đúng.';
  const said = JSON.parse(statement) as StatementOfHub;
  return sameBytes(new TextEncoder().encode(said.cardSha256), new TextEncoder().encode(toHex(digest))) ? said : 'Xác nhận của Sở là của văn bản khác: văn bản đã bị thay đổi.';
}

/** `17:30 20/06/2026`, in Viet Nam's time. */
function local(instant: string): string {
  const at = new Date(Date.parse(instant) + 7 * 3_600_000);
  if (Number.isNaN(at.getTime())) return 'lúc không rõ';
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())} ${two(at.getUTCDate())}/${two(at.getUTCMonth() + 1)}/${at.getUTCFullYear()}`;
}
