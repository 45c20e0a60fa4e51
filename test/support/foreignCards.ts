import type { CardData, ProfileCode } from '../../domain/card.js';
import type { BlockRole } from '../../formats/card/profile.js';
import { writeCard } from '../../formats/card/write.js';
import { ca, cardData, PRINCIPAL, signers, TEACHER } from './cards.js';
import { person, type Signer } from './certificates.js';
import { signPending, type Pending } from './foreignSigner.js';

/** Cards as other vendors' software writes them: one data region in many lawful shapes, signed by `signPending`. */
const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
const XADES = 'http://uri.etsi.org/01903/v1.3.2#';
export const ALGORITHMS = {
  inclusive: 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
  exclusive: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  enveloped: `${DSIG}enveloped-signature`,
  sha256: 'http://www.w3.org/2001/04/xmlenc#sha256',
  sha384: 'http://www.w3.org/2001/04/xmldsig-more#sha384',
  sha512: 'http://www.w3.org/2001/04/xmlenc#sha512',
} as const;

/** How one Reference is written; `uri` may name any id, `transforms` are algorithm addresses or whole elements. */
export type ReferenceStyle = { uri: string; transforms?: readonly string[]; digest?: string; type?: string };

export type SignatureStyle = {
  /** `ds:` or none. */
  prefix?: string;
  canonicalization?: string;
  method?: string;
  /** Without it: the data and the signing time. */
  references?: (ids: { data: string; time: string }) => readonly ReferenceStyle[];
  transforms?: readonly string[];
  /** Where the signing time stands, and which element bears the id that covers it. */
  time?: 'property' | 'properties' | 'object' | 'xades' | 'no-namespace';
  target?: string;
  /** Put before and after the signer's own certificate. */
  chain?: readonly Buffer[];
  subjectName?: boolean;
  /** `''` leaves the Signature's Id out. */
  id?: string;
  /** Changes the finished template before it is signed. */
  edit?: (signature: string) => string;
};

export type RoleStyle = SignatureStyle & {
  role: BlockRole;
  signer: Signer;
  signedAt?: string;
  /** SO_CCCD; null leaves it out. */
  personalNumber?: string | null;
  /** NGAY_KY; null leaves it out. */
  stated?: string | null;
  /** The id of the role block, where another role covers it. */
  blockId?: string;
  /** Of a subject teacher. */
  subject?: number;
};

export type CardStyle = {
  seed?: number;
  /** Instead of an invented pupil's. */
  data?: CardData;
  profile?: ProfileCode;
  idName?: 'Id' | 'ID' | 'id';
  dataId?: string;
  roles?: readonly RoleStyle[];
  indent?: boolean;
  crlf?: boolean;
  /** Changes the whole card before anything is signed. */
  edit?: (card: string) => string;
};

const TAGS = { subjectTeacher: 'GVBM', teacher: 'GVCN', principal: 'CBQL', seal: 'KY_PHAT_HANH' } as const;
const TIMES = { subjectTeacher: '2026-06-01T08:00:00+07:00', teacher: '2026-06-01T08:15:00+07:00', principal: '2026-06-02T08:15:00+07:00', seal: '2026-06-02T09:15:00+07:00' } as const;

/** The three roles as a plain vendor signs them: data and time covered, no earlier role. */
export const plainRoles = (style: SignatureStyle = {}): RoleStyle[] => [
  { role: 'teacher', signer: signers().teacher, personalNumber: TEACHER, ...style },
  { role: 'principal', signer: signers().principal, personalNumber: PRINCIPAL, ...style },
  { role: 'seal', signer: signers().seal, personalNumber: null, ...style },
];

let written = 0;

/** A card with its digests and values still to be filled in, and who fills them. */
export function pendingCard(style: CardStyle = {}): { xml: string; pending: Pending[] } {
  const { seed = 1, profile = 'v1.0', roles = plainRoles(), idName = profile === 'v1.0' ? 'id' : 'Id' } = style;
  const number = written += 1;
  const content = style.data ?? cardData(seed, profile);
  const own = writeCard(content).toString();
  const dataId = style.dataId ?? (profile === 'v1.0' ? `data-${content.cardId}` : 'data');
  let data = (/<DU_LIEU_HOC_BA[^]*<\/DU_LIEU_HOC_BA>/.exec(own)?.[0] ?? '').replace(/(<DU_LIEU_HOC_BA) id="[^"]*"/i, `$1 ${idName}="${dataId}"`);
  data = data.replace(/(<THONG_TIN_HOC_BA|<DIEM_TONG_KET) id=/gi, `$1 ${idName}=`);
  const pending: Pending[] = [];
  const blocks = roles.map((role, place) => {
    const key = `${number}-${place}`;
    pending.push({ key, privateKey: role.signer.key });
    return { role: role.role, xml: roleBlock(key, role, regionId(role, data, dataId, idName), idName) };
  });
  const of = (...wanted: BlockRole[]): string => blocks.filter(({ role }) => wanted.includes(role)).map(({ xml }) => xml).join('');
  const holders = profile === 'v1.0'
    ? `<DANH_SACH_THONG_TIN_KY>${blocks.map(({ xml }) => xml).join('')}</DANH_SACH_THONG_TIN_KY>`
    : `<DANH_SACH_THONG_TIN_KY><DANH_SACH_GVBM>${of('subjectTeacher')}</DANH_SACH_GVBM>${of('teacher')}</DANH_SACH_THONG_TIN_KY><PHAT_HANH_HOC_BA>${of('principal', 'seal')}</PHAT_HANH_HOC_BA>`;
  let xml = `<HOC_BA>${data}${holders}</HOC_BA>`;
  if (style.indent === true) xml = indented(xml);
  if (style.crlf === true) xml = xml.replace(/\n/g, '\r\n');
  return { xml: style.edit?.(xml) ?? xml, pending };
}

export function foreignCard(style: CardStyle = {}): Buffer {
  const { xml, pending } = pendingCard(style);
  return Buffer.from(signPending(xml, pending), 'utf8');
}

function regionId({ role, subject = 0 }: RoleStyle, data: string, dataId: string, idName: string): string {
  if (role === 'subjectTeacher') return [...data.matchAll(new RegExp(`<DIEM_TONG_KET ${idName}="([^"]*)"`, 'g'))][subject]?.[1] ?? '';
  return role === 'teacher' ? new RegExp(`<THONG_TIN_HOC_BA ${idName}="([^"]*)"`).exec(data)?.[1] ?? dataId : dataId;
}

function roleBlock(key: string, style: RoleStyle, region: string, idName: string): string {
  const tag = TAGS[style.role];
  const signedAt = style.signedAt ?? TIMES[style.role];
  const stated = style.stated === undefined ? signedAt : style.stated;
  const id = style.blockId === undefined ? '' : ` ${idName}="${style.blockId}"`;
  const number = style.personalNumber ?? null;
  return `<${tag}${id}>${stated === null ? '' : `<NGAY_KY>${stated}</NGAY_KY>`}${number === null ? '' : `<SO_CCCD>${number}</SO_CCCD>`}`
    + `${signatureTemplate(key, style, region, signedAt)}</${tag}>`;
}

/** A Signature whose digests and value are placeholders of `signPending`. */
export function signatureTemplate(key: string, style: SignatureStyle & { signer: Signer }, region: string, signedAt: string | null): string {
  const { prefix = '', canonicalization = ALGORITHMS.exclusive, transforms = [ALGORITHMS.exclusive], time = 'property', chain = [], signer } = style;
  const method = style.method ?? `http://www.w3.org/2001/04/xmldsig-more#${signer.key.asymmetricKeyType === 'ec' ? 'ecdsa' : 'rsa'}-sha256`;
  const t = (name: string): string => `${prefix}${name}`;
  const id = style.id ?? `sig-${key}`;
  const timeId = `time-${key}`;
  const data = { uri: `#${region}`, transforms };
  const timed = { uri: `#${timeId}`, transforms: transforms.filter((one) => one !== ALGORITHMS.enveloped), ...(time === 'xades' ? { type: 'http://uri.etsi.org/01903#SignedProperties' } : {}) };
  const references: readonly ReferenceStyle[] = style.references?.({ data: region, time: timeId }) ?? (signedAt === null ? [data] : [data, timed]);
  const element = (one: string): string => (one.startsWith('<') ? one : `<${t('Transform')} Algorithm="${one}"></${t('Transform')}>`);
  const written = references.map(({ uri, transforms: of = transforms, digest = ALGORITHMS.sha256, type }, place) =>
    `<${t('Reference')}${type === undefined ? '' : ` Type="${type}"`} URI="${uri}">${of.length === 0 ? '' : `<${t('Transforms')}>${of.map(element).join('')}</${t('Transforms')}>`}`
    + `<${t('DigestMethod')} Algorithm="${digest}"/><${t('DigestValue')}>@@D:${key}:${place}@@</${t('DigestValue')}></${t('Reference')}>`).join('');
  const c14n = canonicalization.startsWith('<') ? canonicalization : `<${t('CanonicalizationMethod')} Algorithm="${canonicalization}"/>`;
  const certificates = [signer.der, ...chain].map((der) => `<${t('X509Certificate')}>${(der.toString('base64').match(/.{1,76}/g) ?? []).join('\n')}</${t('X509Certificate')}>`);
  const signature = `<${t('Signature')} xmlns${prefix === '' ? '' : `:${prefix.slice(0, -1)}`}="${DSIG}"${id === '' ? '' : ` Id="${id}"`}>`
    + `<${t('SignedInfo')}>${c14n}<${t('SignatureMethod')} Algorithm="${method}"/>${written}</${t('SignedInfo')}>`
    + `<${t('SignatureValue')}>@@V:${key}@@</${t('SignatureValue')}>`
    + `<${t('KeyInfo')}><${t('X509Data')}>${style.subjectName === false ? '' : `<${t('X509SubjectName')}>CN=Tên do phần mềm tự ghi</${t('X509SubjectName')}>`}${certificates.join('')}</${t('X509Data')}></${t('KeyInfo')}>`
    + `${signedAt === null ? '' : timeObject(time, t, timeId, style.target ?? `#${id}`, signedAt)}</${t('Signature')}>`;
  return style.edit?.(signature) ?? signature;
}

function timeObject(time: NonNullable<SignatureStyle['time']>, t: (name: string) => string, id: string, target: string, signedAt: string): string {
  const at = (place: typeof time): string => (time === place ? ` Id="${id}"` : '');
  switch (time) {
    case 'property': case 'properties': case 'object':
      return `<${t('Object')}${at('object')}><${t('SignatureProperties')}${at('properties')}><${t('SignatureProperty')}${at('property')} Target="${target}">`
        + `<${t('SigningTime')}>${signedAt}</${t('SigningTime')}></${t('SignatureProperty')}></${t('SignatureProperties')}></${t('Object')}>`;
    case 'no-namespace':
      return `<${t('Object')} Id="${id}"><SignatureProperties xmlns=""><SignatureProperty Target="${target}"><SigningTime>${signedAt}</SigningTime></SignatureProperty></SignatureProperties></${t('Object')}>`;
    case 'xades':
      return `<${t('Object')}><xades:QualifyingProperties xmlns:xades="${XADES}" Target="${target}"><xades:SignedProperties Id="${id}"><xades:SignedSignatureProperties>`
        + `<xades:SigningTime>${signedAt}</xades:SigningTime></xades:SignedSignatureProperties></xades:SignedProperties></xades:QualifyingProperties></${t('Object')}>`;
  }
}

/** Every element on a line of its own; values keep theirs. */
export const indented = (xml: string): string => xml.replace(/></g, '>\n  <');

export type BatchStyle = {
  cards: readonly { xml: string; pending: readonly Pending[] }[];
  /** Attributes of the root beside its id. */
  root?: string;
  sender?: Signer;
  style?: SignatureStyle;
  signedAt?: string | null;
  /** Changes the whole batch before anything in it is signed. */
  edit?: (batch: string) => string;
};

export const SENDER_TAX_CODE = '0990000001';

/** A transaction; cards still pending are signed in place, before the sender signs it all. */
export function foreignBatch({ cards, root = '', sender = signers().seal, style = {}, signedAt = '2026-06-03T08:00:00+07:00', edit = (batch) => batch }: BatchStyle): Buffer {
  const key = `batch-${written += 1}`;
  const template = signatureTemplate(key, { transforms: [ALGORITHMS.enveloped, ALGORITHMS.exclusive], ...style, signer: sender }, 'dataDanhSach', signedAt);
  const xml = edit(`<DANH_SACH_HOC_BA id="dataDanhSach"${root}>${cards.map((card) => card.xml).join('')}${template}</DANH_SACH_HOC_BA>`);
  return Buffer.from(signPending(xml, [...cards.flatMap(({ pending }) => [...pending]), { key, privateKey: sender.key }]), 'utf8');
}

/** A subject teacher of his own. */
export const subjectTeacher = (number: string): Signer => person(ca, number, { commonName: 'Giáo viên bộ môn' });
