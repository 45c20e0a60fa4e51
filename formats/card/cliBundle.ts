import { createHash } from 'node:crypto';
import type { Bundle } from '../bundle/bundle.js';
import { checkBundle, type Report } from '../bundle/page/check.js';
import { readBundle } from '../bundle/read.js';
import { cutCard } from '../foreign/cutCard.js';
import { EVIDENCE_CODES, verifyBundle, type EvidenceVerdict } from '../evidence/verifyBundle.js';
import { TIMESTAMP_CODES } from '../evidence/verifyTimestamp.js';
import { readPathCertificate } from '../trust/certificate.js';
import { isRoot } from '../trust/paths.js';
import type { PathValidator } from '../trust/question.js';
import type { Namespaces } from '../xml/canonicalization.js';

/** What a bundle says beside the card itself; `code` names why it does not hold, or does not help. */
export type BundleFinding = {
  verdict: 'valid' | 'not-provable' | 'invalid';
  code: keyof typeof FINDINGS | keyof typeof EVIDENCE_CODES | keyof typeof TIMESTAMP_CODES;
  reason: string;
  /** ISO 8601: of the first token, and of the newest that renews it. */
  provenAt: string | null;
  renewedAt: string | null;
  /** Whether the authorities were named in the call (or by the settings) or come from the bundle itself, and which they are. */
  anchors: { from: 'call' | 'bundle'; sha256: string[] };
  /** The Sở's own word in the bundle; null when its signature is not right. The certificate's SHA-256 is to be compared with the published one. */
  statement: { departmentName: string; status: string; madeAt: string; certificate: string } | null;
};

const FINDINGS = {
  'valid': 'Gói chứng minh học bạ đã có đúng như vậy vào thời điểm được chứng nhận.',
  'no-evidence': 'Gói không kèm bằng chứng thời gian; học bạ được kiểm tra tại thời điểm hiện nay.',
  'other-file': 'Gói này là của học bạ khác, hoặc tệp học bạ đã bị thay đổi sau khi Sở nhận.',
  'bundle-broken': 'Gói đã bị thay đổi hoặc không do hệ thống này lập; lấy lại gói từ nhà trường.',
  'not-in-force': 'Chữ ký trên học bạ không thay cho tình trạng của nó: Sở ghi trong gói rằng học bạ đã bị thu hồi hoặc đã được thay bằng bản khác.',
} as const;

/**
 * Of a card that holds by authorities whom nobody but the bundle names: whoever can write a bundle can write an authority into it, so that this is no proof.
 */
export const UNCONFIRMED = {
  code: 'anchors-unconfirmed',
  message: 'Học bạ và gói khớp nhau, nhưng tổ chức chứng thực chỉ do chính gói nêu ra; so dấu vân tay (bundle.anchors.sha256) với danh sách được công bố, rồi nêu các chứng thư đó (--anchors, --tsa-anchors).',
} as const;

/** What the bundle brings to the judging of the card: certificates, lists, and the time it proves; null where it proves none. */
export type BundleTrust = {
  finding: BundleFinding;
  /** Of other software: the card's own bytes, and the namespaces in which it verified; null of a card of ours. */
  vendor: { card: Buffer; context: Namespaces } | null;
  anchors: Buffer[]; crls: Buffer[]; ocsps: Buffer[]; provenAt: Date | null;
};

export type BundleCall = {
  html: Uint8Array;
  /** The card that is asked about; one of other software also inside the root that the hub hands it out with. */
  file: Buffer;
  /** Authorities named in the call; none: the bundle's own. */
  anchors: readonly Buffer[];
  /** Those of the time-stamping services; none: the same as for the card. */
  tsaAnchors: readonly Buffer[];
  opensslPath: string; validator: PathValidator;
};

/**
 * Opens a bundle and judges all of it but the card: its evidence, its statement, and whether it belongs to this very card. Where the call
 * names no authority those of the bundle are taken, which says who vouches but not that he may: their fingerprints are part of the answer.
 * @returns null when the file is no bundle
 */
export async function openBundle({ html, file, anchors: named, tsaAnchors, opensslPath, validator }: BundleCall): Promise<BundleTrust | null> {
  const opened = readBundle(html);
  if (opened === null) return null;
  const { bundle } = opened;
  const card = bundle.vendor === undefined ? file : cutCard(file) ?? file;
  const links = bundle.evidence?.links ?? [];
  const bytes = (values: readonly string[]): Buffer[] => [...new Set(values)].map((value) => Buffer.from(value, 'base64'));
  const authorities = bytes(links.flatMap(({ certificates }) => certificates)).flatMap((der) => readPathCertificate(der) ?? []).filter(({ isAuthority }) => isAuthority);
  const anchors = named.length > 0 ? [...named] : authorities.filter(isRoot).map(({ der }) => der);
  // Authorities that lie between are no end of a path wherever they come from: among the anchors they are only known beforehand.
  const between = authorities.filter((one) => !isRoot(one)).map(({ der }) => der);
  const stampers = tsaAnchors.length > 0 ? [...tsaAnchors] : anchors;
  const evidence = bundle.evidence === null ? null
    : await verifyBundle({ opensslPath, validator }, { file: card, bundle: bundle.evidence, anchors: [...stampers, ...between] });
  const report = await checkBundle(bundle).catch((fault: unknown): Report => ({ kind: 'false', card: null, statement: null, lines: [{ label: 'Tệp', kind: 'false', text: `nội dung đã hỏng (${fault instanceof Error ? fault.name : 'không rõ'})` }] }));
  const answer = answerOf(report, card.equals(opened.card), evidence);
  return {
    vendor: bundle.vendor === undefined ? null : { card, context: new Map(Object.entries(bundle.vendor.context)) },
    ocsps: bytes(links.flatMap(({ ocsps }) => ocsps.map(({ der }) => der))),
    anchors: [...anchors, ...between], crls: bytes(links.flatMap(({ crls }) => crls.map(({ der }) => der))), provenAt: evidence?.verdict === 'valid' ? evidence.provenAt : null,
    finding: {
      ...answer, provenAt: evidence?.verdict === 'valid' ? evidence.provenAt.toISOString() : null, renewedAt: evidence?.verdict === 'valid' ? evidence.renewedAt?.toISOString() ?? null : null,
      anchors: { from: named.length > 0 ? 'call' : 'bundle', sha256: anchors.map(sha256) }, statement: statementIn(report, bundle),
    },
  };
}

/** The gravest first: another card, evidence that does not hold, anything else that the page itself would call wrong, a card no longer in force. */
function answerOf(report: Report, same: boolean, evidence: EvidenceVerdict | null): Pick<BundleFinding, 'verdict' | 'code' | 'reason'> {
  const said = (verdict: BundleFinding['verdict'], code: keyof typeof FINDINGS, more = ''): Pick<BundleFinding, 'verdict' | 'code' | 'reason'> => ({ verdict, code, reason: `${FINDINGS[code]}${more}` });
  if (!same) return said('invalid', 'other-file');
  if (evidence?.verdict === 'invalid') return { verdict: 'invalid', code: evidence.code, reason: reasonOf(evidence.code) };
  const faults = report.lines.filter(({ kind, label }) => kind === 'false' && label !== STATUS);
  if (faults.length > 0) return said('invalid', 'bundle-broken', ` (${faults.map(({ label, text }) => `${label}: ${text}`).join('; ')})`);
  if (report.statement !== null && report.statement.status !== 'in-force') return said('invalid', 'not-in-force');
  if (evidence === null) return said('not-provable', 'no-evidence');
  return evidence.verdict === 'valid' ? said('valid', 'valid') : { verdict: 'not-provable', code: evidence.code, reason: reasonOf(evidence.code) };
}

/** The page's own line about recalled and superseded cards: no fault of the file. */
const STATUS = 'Tình trạng';

const reasonOf = (code: keyof typeof EVIDENCE_CODES | keyof typeof TIMESTAMP_CODES): string => ({ ...EVIDENCE_CODES, ...TIMESTAMP_CODES })[code];

function statementIn({ statement }: Report, bundle: Bundle): BundleFinding['statement'] {
  if (statement === null) return null;
  const { departmentName, status, madeAt } = statement;
  return { departmentName, status, madeAt, certificate: sha256(Buffer.from(bundle.statementSignature.certificate, 'base64')) };
}

const sha256 = (der: Uint8Array): string => createHash('sha256').update(der).digest('hex');
