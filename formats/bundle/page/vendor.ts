import { canonicalForm, type Canonicalization, type Surroundings } from '../../xml/canonicalization.js';
import type { NamespacedElement } from '../../xml/namespaceReader.js';
import { readPlain } from '../../xml/plainReader.js';
import { frameFault, HOLDERS, roleLabel, type PageCard, type PageSignature } from './card.js';
import { digestOf, own, readCertificate, signedWith, type PageCertificate } from './certificate.js';
import { DerFault, fromBase64, sameBytes } from './der.js';

/** A card of other software, whatever its lawful shape: read as XML and put into canonical form by the verifier's own code. */
const DSIG_ADDRESS = 'http://www.w3.org/2000/09/xmldsig#';
const INCLUSIVE_C14N = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = `${DSIG_ADDRESS}enveloped-signature`;
const DIGEST_HASHES = { 'http://www.w3.org/2001/04/xmlenc#sha256': 'SHA-256', 'http://www.w3.org/2001/04/xmldsig-more#sha384': 'SHA-384', 'http://www.w3.org/2001/04/xmlenc#sha512': 'SHA-512' } as const;
const LIMITS = { maxBytes: 1_000_000, maxDepth: 24, maxAttributes: 24, maxElements: 8_000 };
const SHAPE = 'Chữ ký không có dạng được chấp nhận.';

type Scene = { root: NamespacedElement; data: NamespacedElement; ids: ReadonlyMap<string, NamespacedElement>; surroundings: Surroundings; value: (tag: string) => string };

/** What a card's bytes say and whether each of their signatures holds in the namespaces given; null when they are no card. */
export async function checkVendorCard(bytes: Uint8Array, context: Readonly<Record<string, string>>): Promise<PageCard | null> {
  const outside = new Map(Object.entries(context));
  const root = readPlain(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), LIMITS, outside);
  const [data, ...more] = root?.children.filter(({ name, namespace }) => name === 'DU_LIEU_HOC_BA' && namespace === '') ?? [];
  if (root === null || root.name !== 'HOC_BA' || root.namespace !== '' || data === undefined || more.length > 0) return null;
  const ids = new Map<string, NamespacedElement>();
  for (const element of everyElement(root)) {
    for (const { prefix, local, value } of element.attributes) {
      if (prefix !== '' || local.toLowerCase() !== 'id') continue;
      if (ids.has(value)) return null;
      ids.set(value, element);
    }
  }
  const values = everyElement(data).filter(({ children }) => children.length === 0).map(({ name, text }) => ({ tag: name, value: text }));
  const value = (tag: string): string => values.find((one) => one.tag === tag)?.value ?? '';
  const blocks = root.children.filter(({ name }) => HOLDERS.includes(name)).flatMap(({ children }) => children.flatMap((child) => (child.name === 'DANH_SACH_GVBM' ? child.children : [child])));
  const scene = { root, data, ids, value, surroundings: { top: root, outside } };
  const signatures: PageSignature[] = [];
  for (const block of blocks) signatures.push(await checkVendorBlock(scene, block));
  return { cardId: value('MA_TRA_CUU_UUID').toLowerCase(), values, value, signatures, fault: frameFault(root, blocks) };
}

const everyElement = (element: NamespacedElement): NamespacedElement[] => [element, ...element.children.flatMap(everyElement)];
const inside = (element: NamespacedElement, ancestor: NamespacedElement): boolean => element === ancestor || (element.parent !== null && inside(element.parent, ancestor));
const allOf = (element: NamespacedElement | undefined, name: string): NamespacedElement[] => element?.children.filter((child) => child.name === name && child.namespace === DSIG_ADDRESS) ?? [];
function onlyOf(element: NamespacedElement | undefined, name: string): NamespacedElement | undefined {
  const found = allOf(element, name);
  return found.length === 1 ? found[0] : undefined;
}
const attributeIn = (element: NamespacedElement | undefined, name: string): string => element?.attributes.find(({ prefix, local }) => prefix === '' && local === name)?.value ?? '';
const packed = (text: string): Uint8Array => fromBase64(text.replace(/[ \t\r\n]+/g, ''));
const plainText = (block: NamespacedElement, name: string): string => block.children.find((child) => child.name === name && child.namespace === '')?.text.trim() ?? '';

async function checkVendorBlock(scene: Scene, block: NamespacedElement): Promise<PageSignature> {
  const signature = onlyOf(block, 'Signature');
  const times = signature === undefined ? [] : everyElement(signature).filter(({ name }) => name === 'SigningTime');
  const signedAt = times.length === 1 ? times[0]?.text.trim() ?? '' : '';
  const said = { role: block.name, label: roleLabel(block.name), signedAt };
  const unsigned = (fault: string): PageSignature => ({ ...said, name: '', certificate: new Uint8Array(), fault });
  const [time] = times;
  if (signature === undefined) return unsigned('Thiếu chữ ký.');
  if (time === undefined || times.length > 1) return unsigned('Thiếu hoặc thừa thời gian ký.');
  const signer = await signerOfBlock(scene, signature);
  if (signer === null) return unsigned('Chữ ký không đúng với chứng thư nào kèm theo.');
  const fault = await coverFault(scene, block, signature, time) ?? vendorHolderFault(scene, block, signer);
  return { ...said, name: signer.commonName, certificate: signer.whole, fault };
}

/** The certificate whose key made the value over SignedInfo. */
async function signerOfBlock({ surroundings }: Scene, signature: NamespacedElement): Promise<PageCertificate | null> {
  const info = onlyOf(signature, 'SignedInfo');
  const method = canonicalizationIn(onlyOf(info, 'CanonicalizationMethod'));
  const found = /^http:\/\/www\.w3\.org\/2001\/04\/xmldsig-more#(rsa|ecdsa)-sha(256|384|512)$/.exec(attributeIn(onlyOf(info, 'SignatureMethod'), 'Algorithm'));
  if (info === undefined || method === null || found === null) return null;
  const bytes = own(new TextEncoder().encode(canonicalForm(info, method, surroundings)));
  const value = packed(onlyOf(signature, 'SignatureValue')?.text ?? '');
  for (const { text } of allOf(onlyOf(signature, 'KeyInfo'), 'X509Data').flatMap((one) => allOf(one, 'X509Certificate'))) {
    const certificate = readable(packed(text));
    if (certificate === null || (certificate.key.kind === 'rsa') !== (found[1] === 'rsa')) continue;
    if (await signedWith(certificate, `SHA-${found[2] as '256' | '384' | '512'}`, bytes, value)) return certificate;
  }
  return null;
}

function readable(der: Uint8Array): PageCertificate | null {
  try {
    return readCertificate(der);
  } catch (fault) {
    // Among several certificates one that cannot be read is simply not the signer's.
    if (fault instanceof DerFault) return null;
    throw fault;
  }
}

async function coverFault({ data, ids, surroundings }: Scene, block: NamespacedElement, signature: NamespacedElement, time: NamespacedElement): Promise<string | null> {
  const covered: NamespacedElement[] = [];
  for (const reference of allOf(onlyOf(signature, 'SignedInfo'), 'Reference')) {
    const target = ids.get(/^#(.+)$/.exec(attributeIn(reference, 'URI'))?.[1] ?? '');
    const hash = (DIGEST_HASHES as Readonly<Record<string, 'SHA-256' | 'SHA-384' | 'SHA-512' | undefined>>)[attributeIn(onlyOf(reference, 'DigestMethod'), 'Algorithm')];
    const method = transformsIn(reference);
    if (target === undefined || hash === undefined || method === null) return SHAPE;
    if (method.enveloped && (inside(target, signature) || inside(signature, target))) return SHAPE;
    const digest = await digestOf(new TextEncoder().encode(canonicalForm(target, method.form, surroundings)), hash);
    if (!sameBytes(digest, packed(onlyOf(reference, 'DigestValue')?.text ?? ''))) return inside(target, data) || inside(data, target) ? 'Dữ liệu học bạ đã bị thay đổi sau khi ký.' : 'Phần được ký đã bị thay đổi sau khi ký.';
    covered.push(target);
  }
  if (!covered.some((target) => inside(time, target) && inside(target, signature))) return 'Thời gian ký không nằm trong phần được ký.';
  return covered.some((target) => coversPart(block.name, target, data)) ? null : 'Chữ ký không bao trùm dữ liệu học bạ.';
}

/** As of our own: the head and the school all of the data, a homeroom teacher all or its content, a subject teacher a part; more counts. */
function coversPart(role: string, target: NamespacedElement, data: NamespacedElement): boolean {
  if (inside(data, target)) return true;
  if (role === 'GVCN') return target.name === 'THONG_TIN_HOC_BA' && target.parent === data;
  return role === 'GVBM' && inside(target, data);
}

/** No Transforms mean inclusive canonicalisation; null: not among those accepted. */
function transformsIn(reference: NamespacedElement): { enveloped: boolean; form: Canonicalization } | null {
  const transforms = allOf(onlyOf(reference, 'Transforms'), 'Transform');
  const enveloped = attributeIn(transforms[0], 'Algorithm') === ENVELOPED;
  const [method, ...more] = enveloped ? transforms.slice(1) : transforms;
  const form: Canonicalization | null = method === undefined ? { kind: 'inclusive' } : canonicalizationIn(method);
  return form === null || more.length > 0 ? null : { enveloped, form };
}

function canonicalizationIn(element: NamespacedElement | undefined): Canonicalization | null {
  const algorithm = attributeIn(element, 'Algorithm');
  if (algorithm === INCLUSIVE_C14N) return { kind: 'inclusive' };
  if (algorithm !== EXCLUSIVE_C14N) return null;
  const list = attributeIn(element?.children.find(({ name, namespace }) => name === 'InclusiveNamespaces' && namespace === EXCLUSIVE_C14N), 'PrefixList');
  return { kind: 'exclusive', prefixes: list.split(/[ \t\r\n]+/).filter((prefix) => prefix !== '').map((prefix) => (prefix === '#default' ? '' : prefix)) };
}

/** The number a certificate states is the block's and the data's; a person's stands for no organisation, nor the reverse. */
function vendorHolderFault({ value }: Scene, block: NamespacedElement, { uids }: PageCertificate): string | null {
  const organisation = uids.some((uid) => uid.startsWith('MST:'));
  if (block.name === 'KY_PHAT_HANH') return uids.some((uid) => uid.startsWith('CCCD:')) ? 'Chứng thư ký phát hành không phải của tổ chức.' : null;
  if (organisation) return 'Chứng thư của tổ chức đứng ở chỗ người ký.';
  const number = plainText(block, 'SO_CCCD');
  const named = block.name === 'CBQL' ? value('SO_CCCD_GIAM_HIEU_KY_HOC_BA') : block.name === 'GVCN' ? value('SO_CCCD_GIAO_VIEN_CHU_NHIEM') : number;
  const stated = uids.find((uid) => uid.startsWith('CCCD:'))?.slice(5).trim();
  if (stated !== undefined && number !== '' && stated !== number) return 'Chứng thư không phải của người được ghi trong chữ ký.';
  return number !== '' && named !== '' && named !== number ? 'Người ký không phải người được ghi trong học bạ.' : null;
}
