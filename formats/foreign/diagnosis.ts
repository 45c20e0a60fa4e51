import { createHash, verify } from 'node:crypto';
import { certificateFacts } from '../signature/certificate.js';
import { canonicalForm, type Canonicalization, type Namespaces, type Surroundings } from '../xml/canonicalization.js';
import type { NamespacedElement } from '../xml/namespaceReader.js';
import type { CardShape } from './cardShape.js';
import type { Mismatch } from './digests.js';
import { reshapings } from './reshaping.js';

/** What was done to a card between signing and sending; a verdict names it so that a vendor knows what to mend. */
export type Culprit = 'line-ends' | 'indentation' | 'unicode' | 'namespaces' | 'escaping' | 'empty-elements' | 'canonicalization' | 'not-canonicalized';

export type Diagnosis = { culprit: Culprit; message: string };

const SENTENCES = {
  'line-ends': 'Nguyên nhân: kí tự xuống dòng đã bị đổi (CRLF và LF) sau khi ký; phần mềm phải chuyển tệp nguyên từng byte.',
  'indentation': 'Nguyên nhân: tệp đã bị thụt dòng lại hoặc bỏ khoảng trắng sau khi ký; phần mềm phải gửi đúng tệp đã ký.',
  'unicode': 'Nguyên nhân: dạng Unicode của tiếng Việt đã bị đổi (dựng sẵn và tổ hợp) sau khi ký; phần mềm phải chuẩn hóa trước khi ký.',
  'namespaces': 'Nguyên nhân: khai báo không gian tên quanh học bạ khác lúc ký; phần mềm giữ nguyên khai báo hoặc dùng exclusive C14N.',
  'escaping': 'Nguyên nhân: kí tự đặc biệt (& < > và dấu nháy) đã bị thoát thêm hoặc bớt một lần; phần mềm kiểm tra bước đóng gói.',
  'empty-elements': 'Nguyên nhân: phần mềm ký băm thẻ rỗng ở dạng rút gọn, không theo C14N; phần mềm phải chuẩn hóa C14N trước khi băm.',
  'canonicalization': 'Nguyên nhân: phần mềm ký dùng phép C14N khác với phép đã khai báo trong chữ ký; phần mềm khai báo đúng phép đã dùng.',
  'not-canonicalized': 'Nguyên nhân: phần mềm ký băm thẳng tệp thô, không theo C14N; phần mềm phải chuẩn hóa C14N trước khi băm.',
} as const satisfies Record<Culprit, string>;

const XSI: readonly [string, string] = ['xsi', 'http://www.w3.org/2001/XMLSchema-instance'];
const XSD: readonly [string, string] = ['xsd', 'http://www.w3.org/2001/XMLSchema'];

/**
 * Looks for one thing that, undone, would make the digest match. It never makes anything acceptable: its result is a sentence in a
 * refusal, and nothing it reshapes is handed out.
 * @param budget characters that may be made in all
 */
export function diagnose(source: string, shape: CardShape, { block, reference }: Mismatch, outside: Namespaces, budget: { characters: number }): Diagnosis | null {
  const { signature } = block;
  const target = reference?.target ?? signature.signedInfo;
  const method = reference?.method ?? signature.method;
  const keys = reference === null ? signature.certificates.flatMap((der) => certificateFacts(der)?.publicKey ?? []) : [];
  const matches = (form: string): boolean => (reference === null
    ? keys.some((key) => verify(signature.algorithm.hash, Buffer.from(form, 'utf8'), { key, dsaEncoding: 'ieee-p1363' }, signature.value))
    : createHash(reference.digest).update(form, 'utf8').digest().equals(reference.value));

  for (const [culprit, form] of forms(source, shape.element, target, method, outside)) {
    budget.characters -= form.length;
    if (budget.characters < 0) return null;
    if (matches(form)) return { culprit, message: SENTENCES[culprit] };
  }
  return null;
}

/** Other forms the region may have had when it was signed, the likeliest first. */
function* forms(source: string, top: NamespacedElement, target: NamespacedElement, method: Canonicalization, outside: Namespaces): Generator<[Culprit, string]> {
  const here: Surroundings = { top, outside };
  const elsewhere = around(top, target, outside);
  for (const other of elsewhere) yield ['namespaces', canonicalForm(target, method, other)];
  for (const [culprit, reshaped] of reshapings(target)) {
    yield [culprit, canonicalForm(reshaped, method, here)];
    // Only declarations around the region can differ: those on it are read from it in any surroundings.
    for (const other of elsewhere) yield [culprit, canonicalForm(reshaped, method, other.top === target ? { ...other, top: reshaped } : other)];
  }
  for (const other of otherMethods(method)) {
    for (const one of [here, ...elsewhere]) yield ['canonicalization', canonicalForm(target, other, one)];
  }
  yield ['not-canonicalized', source.slice(target.start, target.end)];
  const form = canonicalForm(target, method, here);
  yield ['line-ends', form.replaceAll('\n', '\r\n')];
  yield ['empty-elements', form.replace(/<([^<>/]+)><\/[^<>]+>/g, '<$1/>')];
  yield ['empty-elements', form.replace(/<([^<>/]+)><\/[^<>]+>/g, '<$1 />')];
  yield ['escaping', form.replace(/>[^<]+</g, (text) => text.replaceAll('"', '&quot;'))];
  yield ['escaping', form.replace(/>[^<]+</g, (text) => text.replaceAll('"', '&quot;').replaceAll("'", '&apos;'))];
}

/** Other surroundings: namespaces that a serializer or a batch declares around a card, or that were lost with them. */
function around(top: NamespacedElement, target: NamespacedElement, outside: Namespaces): Surroundings[] {
  const candidates: Namespaces[] = [new Map(), new Map([XSI, XSD]), new Map([XSI]), new Map([XSD])];
  const same = (one: Namespaces): boolean => one.size === outside.size && [...one].every(([prefix, uri]) => outside.get(prefix) === uri);
  return [
    ...candidates.filter((one) => !same(one)).map((one) => ({ top, outside: one })),
    ...candidates.map((one) => ({ top: target, outside: one })),
  ];
}

const otherMethods = (method: Canonicalization): Canonicalization[] => [
  ...(method.kind === 'exclusive' ? [{ kind: 'inclusive' } as const] : []),
  ...(method.kind === 'inclusive' || method.prefixes.length > 0 ? [{ kind: 'exclusive', prefixes: [] } as const] : []),
];
