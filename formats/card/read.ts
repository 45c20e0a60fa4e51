import type { ProfileCode } from '../../domain/card.js';
import { readStrict, type XmlFaultCode } from '../xml/strictReader.js';
import { interpretCard, type ReadCard } from './interpret.js';
import { CARD_LIMITS } from './limits.js';
import { profileOf } from './profile.js';
import { CardFormatFault, type FormatFaultCode } from './readFields.js';
import { GENERAL_FIELDS, HISTORY_FIELDS, SUBJECT_FIELDS, SUMMARY_FIELDS, TRAIT_FIELDS, type FieldRule } from './tags.js';

export type CardReading =
  | { ok: true; card: ReadCard }
  /** `tag` names the place where one is known; `message` is for people and holds no value of the card. */
  | { ok: false; code: XmlFaultCode | FormatFaultCode; tag: string | null; message: string };

/** One sentence per fault: what is wrong and who can mend it. `{}` is the field's or block's name. */
const MESSAGES = {
  'too-large': 'Tệp học bạ quá lớn; phần mềm lập học bạ cần kiểm tra lại.',
  'not-utf8': 'Tệp học bạ không ở bảng mã UTF-8; phần mềm lập học bạ cần sửa.',
  'malformed': 'Tệp học bạ không phải XML hợp lệ; hãy lấy lại tệp từ nơi phát hành.',
  'doctype': 'Tệp học bạ chứa khai báo DTD, không được chấp nhận; phần mềm lập học bạ cần bỏ.',
  'comment': 'Tệp học bạ chứa chú thích XML, không được chấp nhận; phần mềm lập học bạ cần bỏ.',
  'cdata': 'Tệp học bạ chứa đoạn CDATA, không được chấp nhận; phần mềm lập học bạ cần ghi giá trị bình thường.',
  'processing-instruction': 'Tệp học bạ chứa chỉ thị xử lí XML, không được chấp nhận; phần mềm lập học bạ cần bỏ.',
  'not-nfc': 'Tiếng Việt trong tệp là Unicode tổ hợp; phần mềm lập học bạ cần ghi Unicode dựng sẵn (TCVN 6909:2001).',
  'too-deep': 'Tệp học bạ lồng thẻ quá sâu; phần mềm lập học bạ cần kiểm tra lại.',
  'too-many-attributes': 'Một thẻ trong tệp có quá nhiều thuộc tính; phần mềm lập học bạ cần kiểm tra lại.',
  'too-many-elements': 'Tệp học bạ có quá nhiều thẻ; phần mềm lập học bạ cần kiểm tra lại.',
  'unknown-root': 'Tệp không phải một học bạ (HOC_BA).',
  'unknown-block': 'Thẻ {} không có trong mẫu học bạ; phần mềm lập học bạ cần sửa.',
  'unknown-field': 'Thẻ {} không có trong mẫu học bạ ở vị trí này; phần mềm lập học bạ cần sửa.',
  'unexpected-text': 'Có chữ nằm ngoài các mục trong {}; phần mềm lập học bạ cần sửa.',
  'unexpected-attribute': 'Thẻ {} có thuộc tính thừa hoặc thiếu; phần mềm lập học bạ cần sửa.',
  'duplicate': 'Mục {} xuất hiện hai lần; phần mềm lập học bạ cần sửa.',
  'missing-block': 'Thiếu phần {} của học bạ; phần mềm lập học bạ cần bổ sung.',
  'missing-field': 'Thiếu {}: mục này bắt buộc có trên học bạ; văn thư bổ sung rồi lập lại.',
  'bad-value': 'Mục {} không đúng dạng quy định; văn thư sửa rồi lập lại học bạ.',
  'profile-unsupported': 'Phiên bản mẫu học bạ không phải phiên bản của đợt này.',
  'role-order': 'Khối chữ ký {} đứng sai thứ tự ký.',
} as const satisfies Record<XmlFaultCode | FormatFaultCode, string>;

const LABELS = new Map<string, string>(
  [...GENERAL_FIELDS, ...HISTORY_FIELDS, ...SUBJECT_FIELDS, ...TRAIT_FIELDS, ...SUMMARY_FIELDS].map(({ tag, label }: FieldRule) => [tag, label]),
);

/**
 * Reads one card of a profile, own or foreign, strictly and without believing any of its signatures (`verifyCard` does that).
 * @param bytes a whole file; a byte order mark and a declaration may stand at the start
 */
export function readCard(bytes: Uint8Array, profile: ProfileCode): CardReading {
  const reading = readStrict(bytes, CARD_LIMITS);
  if (!reading.ok) return refusal(reading.code, null);
  try {
    return { ok: true, card: interpretCard(reading.root, profileOf(profile)) };
  } catch (fault) {
    if (fault instanceof CardFormatFault) return refusal(fault.code, fault.tag);
    throw fault;
  }
}

function refusal(code: XmlFaultCode | FormatFaultCode, tag: string | null): CardReading {
  // A tag comes from the file: one outside the form is cut, so that a message cannot be made to carry a page of text.
  const name = tag === null ? '' : (LABELS.has(tag) ? `${LABELS.get(tag)} (${tag})` : tag.slice(0, 60));
  return { ok: false, code, tag, message: MESSAGES[code].replace('{}', () => name) };
}
