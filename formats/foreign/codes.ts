import type { BlockRole } from '../card/profile.js';
import type { FormatFaultCode } from '../card/readFields.js';
import type { DocumentFaultCode, PlaceFaultCode } from '../xml/namespaceReader.js';

/**
 * What kind of fault it is: `format` is the file's make-up, `signature` what was signed and how, `signer` who signed, `policy` what
 * the campaign or the province asks beyond that, `trust` where certificates come from, `held` what may yet become valid.
 */
export type FaultClass = 'format' | 'signature' | 'signer' | 'policy' | 'trust' | 'held';

export const MENDERS = {
  vendor: 'nhà cung cấp phần mềm lập học bạ',
  clerk: 'văn thư nhà trường',
  signer: 'người ký',
  school: 'nhà trường',
  province: 'Sở GD&ĐT',
  sender: 'đơn vị gửi',
} as const;

export type Mender = keyof typeof MENDERS;

type Meaning = { class: FaultClass; what: string; who: Mender; how: string };
const fault = (kind: FaultClass, what: string, who: Mender, how: string): Meaning => ({ class: kind, what, who, how });

/** `{}` in a sentence is the name of the tag in question. */
export const FOREIGN_FAULTS = {
  'too-large': fault('format', 'Tệp quá lớn so với một học bạ hoặc một giao dịch', 'vendor', 'chia nhỏ giao dịch dưới 10 MB, bỏ nội dung thừa'),
  'not-utf8': fault('format', 'Tệp không ở bảng mã UTF-8', 'vendor', 'ghi tệp bằng UTF-8'),
  'malformed': fault('format', 'Tệp không phải XML hợp lệ', 'vendor', 'xuất lại tệp, không sửa tay'),
  'doctype': fault('format', 'Tệp chứa khai báo DTD', 'vendor', 'bỏ DTD và các thực thể'),
  'too-deep': fault('format', 'Tệp lồng thẻ quá sâu', 'vendor', 'xuất đúng mẫu học bạ'),
  'too-many-attributes': fault('format', 'Một thẻ có quá nhiều thuộc tính', 'vendor', 'xuất đúng mẫu học bạ'),
  'too-many-elements': fault('format', 'Tệp có quá nhiều thẻ', 'vendor', 'xuất đúng mẫu học bạ'),
  'comment': fault('format', 'Học bạ chứa chú thích XML', 'vendor', 'bỏ chú thích rồi để người ký ký lại'),
  'cdata': fault('format', 'Học bạ chứa đoạn CDATA', 'vendor', 'ghi giá trị bình thường rồi để người ký ký lại'),
  'processing-instruction': fault('format', 'Học bạ chứa chỉ thị xử lí XML', 'vendor', 'bỏ chỉ thị rồi để người ký ký lại'),
  'not-nfc': fault('format', 'Tiếng Việt trong học bạ là Unicode tổ hợp', 'vendor', 'ghi Unicode dựng sẵn (TCVN 6909:2001) rồi để người ký ký lại'),
  'xml-attribute': fault('format', 'Học bạ có thuộc tính xml: (như xml:id, xml:space)', 'vendor', 'bỏ các thuộc tính này rồi để người ký ký lại'),

  'unknown-root': fault('format', 'Tệp không phải học bạ (HOC_BA) hay danh sách học bạ (DANH_SACH_HOC_BA)', 'sender', 'chọn đúng tệp'),
  'unknown-block': fault('format', 'Thẻ {} không có trong mẫu học bạ ở vị trí này', 'vendor', 'xuất đúng mẫu của đợt'),
  'unknown-field': fault('format', 'Mục {} không có trong mẫu học bạ ở vị trí này', 'vendor', 'xuất đúng mẫu của đợt'),
  'unexpected-text': fault('format', 'Có chữ nằm ngoài các mục trong {}', 'vendor', 'xuất đúng mẫu của đợt'),
  'unexpected-attribute': fault('format', 'Thẻ {} có thuộc tính thừa hoặc thiếu', 'vendor', 'xuất đúng mẫu của đợt'),
  'duplicate': fault('format', 'Mục {} xuất hiện hai lần', 'vendor', 'mỗi mục chỉ ghi một lần'),
  'missing-block': fault('format', 'Thiếu phần {} của học bạ', 'vendor', 'bổ sung phần này'),
  'missing-field': fault('format', 'Thiếu mục bắt buộc {}', 'clerk', 'bổ sung rồi lập và ký lại học bạ'),
  'bad-value': fault('format', 'Mục {} không đúng dạng quy định', 'clerk', 'sửa rồi lập và ký lại học bạ'),
  'record-rule': fault('format', 'Số liệu ở {} không theo Thông tư 27', 'clerk', 'sửa rồi lập và ký lại học bạ'),
  'profile-unsupported': fault('format', 'Phiên bản mẫu học bạ (PHIEN_BAN) không phải phiên bản của đợt này', 'vendor', 'lập học bạ theo đúng phiên bản của đợt'),
  'role-order': fault('format', 'Khối chữ ký {} đứng sai thứ tự ký', 'vendor', 'xếp giáo viên, cán bộ quản lí, ký phát hành'),
  'batch-empty': fault('format', 'Giao dịch không có học bạ nào', 'sender', 'gửi lại danh sách có học bạ'),
  'content-unreadable': fault('format', 'Không mở được nội dung giao dịch ({})', 'sender', 'đóng gói lại đúng thứ tự: thoát dấu nháy, UTF-8, GZip, 4 byte độ dài, Base64'),

  'id-missing': fault('format', 'Thẻ {} không có Id để chữ ký tham chiếu', 'vendor', 'ghi Id cho thẻ này rồi để người ký ký lại'),
  'id-spelling': fault('format', 'Thuộc tính Id của {} viết không thống nhất hoặc không đúng chỗ', 'vendor', 'dùng một cách viết Id, thẻ chữ ký chỉ dùng Id'),
  'id-duplicate': fault('signature', 'Trong một học bạ có hai thẻ cùng Id', 'vendor', 'ghi mỗi Id một lần rồi để người ký ký lại'),
  'signature-shape': fault('signature', 'Khối Signature có thành phần {} thừa, thiếu hoặc sai chỗ', 'vendor', 'lập chữ ký đúng chuẩn W3C XML Signature'),
  'subject-name-missing': fault('format', 'Chữ ký thiếu X509SubjectName hoặc X509Certificate bắt buộc', 'vendor', 'ghi đủ KeyInfo/X509Data rồi gửi lại'),
  'base64': fault('signature', 'Giá trị {} không phải Base64 hợp lệ', 'vendor', 'ghi lại đúng giá trị đã ký'),
  'algorithm-unsupported': fault('signature', 'Chữ ký dùng thuật toán không được chấp nhận ở {}', 'vendor', 'dùng SHA-256 trở lên, RSA hoặc ECDSA, C14N 1.0 không chú thích'),
  'transform-unsupported': fault('signature', 'Chữ ký dùng phép biến đổi không được chấp nhận', 'vendor', 'chỉ dùng C14N 1.0 hoặc exclusive C14N'),
  'enveloped-misplaced': fault('signature', 'Phép biến đổi enveloped-signature đặt ở chỗ nó làm thay đổi nội dung được ký', 'vendor', 'bỏ phép biến đổi này khỏi chữ ký của người ký'),
  'manifest': fault('signature', 'Chữ ký ký gián tiếp qua Manifest', 'vendor', 'tham chiếu thẳng đến phần dữ liệu'),
  'reference-uri': fault('signature', 'Chữ ký tham chiếu ra ngoài học bạ hoặc không theo dạng #Id', 'vendor', 'tham chiếu bằng #Id trong cùng học bạ'),
  'reference-unknown': fault('signature', 'Chữ ký tham chiếu đến phần không có trong học bạ', 'vendor', 'giữ nguyên Id của phần đã ký'),
  'reference-type': fault('signature', 'Type của một tham chiếu không đúng với phần được tham chiếu', 'vendor', 'bỏ Type hoặc ghi đúng'),
  'too-many-references': fault('signature', 'Chữ ký có quá nhiều tham chiếu', 'vendor', 'chỉ tham chiếu các phần cần ký'),
  'too-many-certificates': fault('signature', 'Chữ ký kèm quá nhiều chứng thư', 'vendor', 'chỉ kèm chứng thư người ký và không quá 8 chứng thư trung gian'),
  'data-not-covered': fault('signature', 'Chữ ký của {} không bao trùm phần dữ liệu mà vai trò này phải ký', 'vendor', 'ký đúng phần dữ liệu theo mẫu'),
  'time-missing': fault('signature', 'Chữ ký không có thời điểm ký (SigningTime)', 'vendor', 'ghi SigningTime trong Object và ký cả nó'),
  'time-twice': fault('signature', 'Chữ ký có nhiều hơn một thời điểm ký', 'vendor', 'ghi SigningTime một lần'),
  'time-form': fault('format', 'Thời điểm ký không đúng dạng YYYY-MM-DDThh:mm:ss có múi giờ', 'vendor', 'ghi đúng dạng rồi để người ký ký lại'),
  'time-not-covered': fault('signature', 'Thời điểm ký không nằm trong phần được ký', 'vendor', 'thêm tham chiếu đến phần chứa SigningTime'),
  'time-not-own': fault('signature', 'Thời điểm ký là của chữ ký khác', 'vendor', 'ghi Target là Id của chính chữ ký'),
  'data-changed': fault('signature', 'Dữ liệu học bạ đã khác với dữ liệu được ký', 'sender', 'lấy lại tệp gốc; nếu dữ liệu đúng là mới thì ký lại'),
  'signing-time-changed': fault('signature', 'Thời điểm ký đã khác với lúc ký', 'signer', 'ký lại'),
  'earlier-signature-changed': fault('signature', 'Khối chữ ký của người ký trước đã thay đổi sau khi người sau ký', 'school', 'ký lại từ người ký trước'),
  'region-changed': fault('signature', 'Một phần khác được ký đã thay đổi', 'sender', 'lấy lại tệp gốc hoặc ký lại'),
  'signature-mismatch': fault('signature', 'Giá trị chữ ký không khớp với chứng thư nào kèm theo', 'signer', 'ký lại bằng đúng chứng thư'),
  'signature-length': fault('signature', 'Giá trị chữ ký có độ dài sai so với khóa', 'vendor', 'ghi đủ giá trị chữ ký'),
  'certificate-unreadable': fault('signature', 'Không đọc được chứng thư kèm theo chữ ký', 'vendor', 'ghi đúng chứng thư DER ở dạng Base64'),
  'certificate-ambiguous': fault('signature', 'Hai chứng thư khác nhau có cùng khóa kèm theo một chữ ký', 'vendor', 'chỉ kèm chứng thư đã dùng để ký'),
  'certificate-reference': fault('signature', 'Chứng thư kèm theo khác với chứng thư mà chữ ký XAdES đã ghi', 'vendor', 'kèm đúng chứng thư đã dùng để ký'),
  'key-unsupported': fault('signature', 'Khóa của chứng thư không đạt yêu cầu (RSA từ 2048 bit hoặc ECDSA P-256/384/521)', 'signer', 'dùng chứng thư khác rồi ký lại'),

  'role-missing': fault('policy', 'Học bạ thiếu chữ ký bắt buộc', 'school', 'để người còn thiếu ký rồi gửi lại'),
  'signing-time-order': fault('signature', 'Thời điểm ký của người sau sớm hơn người trước', 'signer', 'kiểm tra đồng hồ máy ký rồi người sau ký lại'),
  'signing-time-future': fault('signature', 'Thời điểm ký muộn hơn thời điểm nhận', 'signer', 'kiểm tra đồng hồ máy ký rồi ký lại'),
  'signing-day': fault('signature', 'NGAY_KY khác ngày của thời điểm ký', 'vendor', 'ghi NGAY_KY đúng ngày ký rồi gửi lại'),
  'holder-kind': fault('signer', 'Loại chứng thư không hợp với vai trò: cá nhân ký bằng chứng thư cá nhân, nhà trường bằng chứng thư tổ chức', 'signer', 'ký lại bằng đúng loại chứng thư'),
  'holder-number': fault('signer', 'Số định danh của chứng thư khác số định danh của người ký', 'signer', 'ký lại bằng chứng thư của chính mình'),
  'signer-number': fault('signer', 'Người ký khác với người được ghi tên trong học bạ', 'clerk', 'lập lại học bạ theo người ký thực tế'),
  'signer-unexpected': fault('signer', 'Người ký không phải người có thẩm quyền ký học bạ này', 'province', 'kiểm tra thẩm quyền ký của trường'),
  'same-person': fault('policy', 'GVCN và người ký duyệt là một người, tỉnh không cho phép', 'school', 'để cán bộ quản lí khác ký duyệt'),
  'seal-unapproved': fault('signer', 'Chứng thư tổ chức không phải chứng thư đã được duyệt của trường', 'school', 'đăng ký chứng thư và chờ Sở duyệt'),
  'signer-unregistered': fault('held', 'Chứng thư không ghi số định danh nên chưa biết của ai', 'province', 'đăng ký chứng thư của người ký rồi kiểm tra lại'),
  'own-card-reshaped': fault('policy', 'Học bạ mang mã tra cứu do hub cấp nhưng không đúng từng byte như hub phát hành', 'sender', 'gửi đúng tệp gốc do hub phát hành'),
  'held-expired': fault('held', 'Chứng thư còn hạn lúc ký nhưng đã hết hạn trước khi nhận', 'signer', 'ký lại bằng chứng thư còn hạn'),
  'held-revoked': fault('held', 'Chứng thư bị thu hồi sau lúc ký và trước khi nhận', 'signer', 'ký lại bằng chứng thư mới'),

  'transaction-signature-missing': fault('signature', 'Giao dịch không có chữ ký của đơn vị gửi', 'sender', 'ký giao dịch bằng chứng thư tổ chức'),
  'transaction-signature-twice': fault('signature', 'Giao dịch có nhiều hơn một chữ ký', 'sender', 'ký giao dịch một lần'),
  'transaction-changed': fault('signature', 'Nội dung giao dịch đã khác với nội dung được ký', 'sender', 'lập và ký lại giao dịch'),
} as const satisfies Record<DocumentFaultCode | PlaceFaultCode | FormatFaultCode, Meaning> & Record<string, Meaning>;

export type ForeignFaultCode = keyof typeof FOREIGN_FAULTS;

/** What a person is told: cause, who mends it, how. `message` is all three in one sentence. */
export type FaultReport = { code: string; class: FaultClass; message: string; who: string; how: string };

export function reportOf(code: ForeignFaultCode, place: string | null = null): FaultReport {
  const { class: kind, what, who, how } = FOREIGN_FAULTS[code];
  // A place may come from the file: one outside the form is cut, so that a message cannot be made to carry a page of text.
  const named = what.replace('{}', () => (place ?? '').slice(0, 60)).replace(/\s+/g, ' ').trim();
  return { code, class: kind, message: `${named}; ${MENDERS[who]}: ${how}.`, who: MENDERS[who], how };
}

/** Raised inside the verifier and answered as a verdict at its edge; `place` names a tag, never a value. */
export class ForeignFault extends Error {
  /** Whose signature it is about, set by whoever knows. */
  role: BlockRole | null = null;

  constructor(readonly code: ForeignFaultCode, readonly place: string | null = null) {
    super(place === null ? code : `${code} ${place}`);
    this.name = 'ForeignFault';
  }
}

/** Does something about one role's block; a fault of it then says whose it is. */
export function about<Result>(role: BlockRole, act: () => Result): Result {
  try {
    return act();
  } catch (fault) {
    if (fault instanceof ForeignFault) fault.role ??= role;
    throw fault;
  }
}
