import { digestOf, own, readCertificate, signedWith, type PageCertificate } from './certificate.js';
import { fromBase64, sameBytes } from './der.js';
import { childOf, childrenOf, everyTag, scanXml, textIn, within, type Tag } from './xml.js';

export type PageSignature = { role: string; label: string; name: string; signedAt: string; certificate: Uint8Array; fault: string | null };
export type PageCard = { cardId: string; values: { tag: string; value: string }[]; value: (tag: string) => string; signatures: PageSignature[]; fault: string | null };

const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const METHODS: Readonly<Record<string, 'rsa' | 'ec'>> = { 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256': 'rsa', 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256': 'ec' };
export const roleLabel = (tag: string): string => ROLES[tag] ?? tag;
const ROLES: Readonly<Record<string, string>> = { GVBM: 'Giáo viên bộ môn', GVCN: 'Giáo viên chủ nhiệm', CBQL: 'Ký duyệt', KY_PHAT_HANH: 'Ký số phát hành' };
export const HOLDERS = ['DANH_SACH_THONG_TIN_KY', 'PHAT_HANH_HOC_BA'];

/** What a card's bytes say and whether each of their signatures holds; null when they are no card of ours. */
export async function checkCard(bytes: Uint8Array): Promise<PageCard | null> {
  const source = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  const root = scanXml(source);
  const data = childOf(root ?? undefined, 'DU_LIEU_HOC_BA');
  if (root === null || root.name !== 'HOC_BA' || data === undefined) return null;
  const ids = new Map<string, Tag>();
  for (const tag of everyTag(root)) {
    for (const name of ['Id', 'id', 'ID', 'xml:id']) {
      const id = tag.attributes.get(name);
      if (id === undefined) continue;
      if (ids.has(id)) return null;
      ids.set(id, tag);
    }
  }
  const values = everyTag(data).filter((tag) => tag.children.length === 0).map((tag) => ({ tag: tag.name, value: textIn(source, tag) }));
  const value = (tag: string): string => values.find((one) => one.tag === tag)?.value ?? '';
  const blocks = root.children.filter(({ name }) => HOLDERS.includes(name)).flatMap((holder) => holder.children.flatMap((child) => (child.name === 'DANH_SACH_GVBM' ? child.children : [child])));
  const signatures: PageSignature[] = [];
  for (const block of blocks) signatures.push(await checkBlock({ source, data, ids, value }, block));
  return { cardId: value('MA_TRA_CUU_UUID'), values, value, signatures, fault: frameFault(root, blocks) };
}

/** Both signatures that the Ministry wants are there, nothing twice, and nothing stands beside what is signed. */
export function frameFault(root: { children: readonly { name: string }[] }, blocks: readonly { name: string }[]): string | null {
  if (root.children.some(({ name }) => name !== 'DU_LIEU_HOC_BA' && !HOLDERS.includes(name)) || blocks.some(({ name }) => !(name in ROLES))) return 'Tệp có phần không thuộc mẫu học bạ.';
  for (const role of ['GVCN', 'CBQL', 'KY_PHAT_HANH']) {
    const count = blocks.filter(({ name }) => name === role).length;
    if (count > 1 || (count === 0 && role !== 'GVCN')) return `Thiếu hoặc thừa chữ ký: ${ROLES[role]}.`;
  }
  return null;
}

type Card = { source: string; data: Tag; ids: ReadonlyMap<string, Tag>; value: (tag: string) => string };

async function checkBlock(card: Card, block: Tag): Promise<PageSignature> {
  const { source } = card;
  const signature = childOf(block, 'Signature');
  const encoded = textIn(source, childOf(childOf(childOf(signature, 'KeyInfo'), 'X509Data'), 'X509Certificate'));
  const signedAt = textIn(source, childOf(block, 'NGAY_KY'));
  const label = ROLES[block.name] ?? block.name;
  let certificate: PageCertificate;
  try {
    certificate = readCertificate(fromBase64(encoded));
  } catch {
    // Whatever is wrong with it, the sentence is the same: nobody's signature can be checked with it.
    return { role: block.name, label, name: '', signedAt, certificate: new Uint8Array(), fault: 'Không đọc được chứng thư của người ký.' };
  }
  const fault = signature === undefined ? 'Thiếu chữ ký.' : await signatureFault(card, block, signature, certificate, signedAt) ?? holderFault(card, block, certificate);
  return { role: block.name, label, name: certificate.commonName, signedAt, certificate: certificate.whole, fault };
}

async function signatureFault(card: Card, block: Tag, signature: Tag, certificate: PageCertificate, signedAt: string): Promise<string | null> {
  const { source, ids, data } = card;
  const info = childOf(signature, 'SignedInfo');
  const method = childOf(info, 'SignatureMethod')?.attributes.get('Algorithm') ?? '';
  const shape = 'Chữ ký không có dạng mà học bạ số dùng.';
  if (info === undefined || signature.attributes.get('xmlns') !== DSIG || METHODS[method] !== certificate.key.kind || childOf(info, 'CanonicalizationMethod')?.attributes.get('Algorithm') !== EXCLUSIVE) return shape;
  const covered: Tag[] = [];
  for (const reference of childrenOf(info, 'Reference')) {
    const target = ids.get(/^#(.+)$/.exec(reference.attributes.get('URI') ?? '')?.[1] ?? '');
    const transforms = childrenOf(childOf(reference, 'Transforms'), 'Transform').map((one) => one.attributes.get('Algorithm'));
    if (target === undefined || transforms.join() !== EXCLUSIVE || childOf(reference, 'DigestMethod')?.attributes.get('Algorithm') !== SHA256) return shape;
    const digest = await digestOf(new TextEncoder().encode(canonical(source, target)));
    if (!sameBytes(digest, fromBase64(textIn(source, childOf(reference, 'DigestValue'))))) return within(target, data) ? 'Dữ liệu học bạ đã bị thay đổi sau khi ký.' : 'Phần được ký đã bị thay đổi sau khi ký.';
    covered.push(target);
  }
  const [time, ...more] = everyTag(signature).filter(({ name }) => name === 'SigningTime');
  if (time === undefined || more.length > 0 || !covered.some((target) => within(target, signature) && within(time, target)) || textIn(source, time) !== signedAt) return 'Thời gian ký không nằm trong phần được ký.';
  if (!covered.some((target) => coversRole(block.name, target, data))) return 'Chữ ký không bao trùm dữ liệu học bạ.';
  const value = fromBase64(textIn(source, childOf(signature, 'SignatureValue')));
  return await signedWith(certificate, 'SHA-256', own(new TextEncoder().encode(canonical(source, info))), value) ? null : 'Chữ ký không đúng với chứng thư.';
}

/** The head and the school sign all of the data; a homeroom teacher all or its content; a subject teacher a part. */
function coversRole(role: string, target: Tag, data: Tag): boolean {
  if (target === data) return true;
  if (role === 'GVCN') return target.name === 'THONG_TIN_HOC_BA' && target.parent === data;
  return role === 'GVBM' && target !== data && within(target, data);
}

/**
 * Exclusive canonical form of an element of a canonical document without prefixes: its own bytes, with the default namespace written
 * at its head when it comes from an element above.
 */
function canonical(source: string, tag: Tag): string {
  const text = source.slice(tag.start, tag.end);
  let above: Tag | null = tag;
  while (above !== null && !above.attributes.has('xmlns')) above = above.parent;
  const namespace = above?.attributes.get('xmlns');
  return namespace === undefined || above === tag ? text : text.replace(/^<[\w.-]+/, (begin) => `${begin} xmlns="${namespace}"`);
}

/** The certificate names the person the block and the data name; the seal's names an organisation. */
function holderFault({ source, value }: Card, block: Tag, { uids }: PageCertificate): string | null {
  const number = textIn(source, childOf(block, 'SO_CCCD'));
  if (block.name === 'KY_PHAT_HANH') return uids.length === 1 && uids[0]?.startsWith('MST:') === true ? null : 'Chứng thư ký phát hành không phải của tổ chức.';
  if (uids.some((uid) => uid.startsWith('MST:'))) return 'Chứng thư của tổ chức đứng ở chỗ người ký.';
  const own = uids.find((uid) => uid.startsWith('CCCD:'))?.slice(5);
  if (own !== undefined && own !== number) return 'Chứng thư không phải của người được ghi trong chữ ký.';
  if (block.name === 'CBQL' && value('SO_CCCD_GIAM_HIEU_KY_HOC_BA') !== number) return 'Người ký duyệt không phải người được ghi trong học bạ.';
  return null;
}
