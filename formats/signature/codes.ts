/**
 * Every refusal of the signer and of the verifier of own cards, with the sentence people read: what is wrong, who can mend it, how.
 */
export const SIGNATURE_FAULTS = {
  'not-canonical': 'Tệp không còn đúng từng byte như hub đã phát hành; hãy lấy lại tệp gốc từ Sở, không mở và lưu lại bằng phần mềm khác.',
  'card-format': 'Nội dung học bạ không đúng mẫu quy định; văn thư kiểm tra dữ liệu rồi lập lại học bạ.',
  'card-unexpected': 'Tệp là học bạ khác với học bạ đang lưu dưới mã này; Sở kiểm tra dữ liệu lưu trữ.',
  'role-missing': 'Học bạ còn thiếu chữ ký bắt buộc; chuyển cho người chưa ký.',
  'role-taken': 'Vai trò này đã ký học bạ rồi; không cần ký nữa.',
  'role-order': 'Chữ ký không theo thứ tự GVCN, cán bộ quản lí, ký phát hành; học bạ phải được ký lại đúng thứ tự.',
  'signature-shape': 'Khối chữ ký đã bị sửa hoặc không do hub lập; học bạ phải được ký lại.',
  'data-changed': 'Dữ liệu học bạ đã thay đổi sau khi ký; học bạ phải được ký lại trên dữ liệu đúng.',
  'signing-time-changed': 'Thời điểm ký đã bị sửa sau khi ký; học bạ phải được ký lại.',
  'earlier-signature-changed': 'Chữ ký của người ký trước đã thay đổi sau khi người sau ký; học bạ phải được ký lại từ người ký trước.',
  'signature-mismatch': 'Chữ ký không khớp với chứng thư số của người ký; người ký cần ký lại.',
  'signing-time-order': 'Thời điểm ký của người sau sớm hơn người trước; người ký sau cần ký lại.',
  'signing-time-future': 'Thời điểm ký muộn hơn thời điểm kiểm tra; kiểm tra đồng hồ của máy ký rồi ký lại.',
  'certificate-unreadable': 'Không đọc được chứng thư số; người ký kiểm tra chứng thư đã đăng ký.',
  'key-unsupported': 'Khóa của chứng thư số không đạt yêu cầu (RSA từ 2048 bit hoặc ECDSA P-256/384/521); người ký cần chứng thư khác.',
  'holder-kind': 'Loại chứng thư không hợp với vai trò: cá nhân ký bằng chứng thư cá nhân, nhà trường ký bằng chứng thư tổ chức.',
  'holder-number': 'Số định danh trong chứng thư khác số định danh của người ký; người ký chọn đúng chứng thư của mình.',
  'signer-number': 'Người ký khác với người được ghi tên trong học bạ; học bạ cần lập lại theo người ký thực tế.',
  'signer-unexpected': 'Người ký không phải người được phân công ký học bạ này; Sở kiểm tra thẩm quyền ký.',
  'seal-unapproved': 'Chứng thư ký phát hành không phải chứng thư đã được duyệt của trường; Sở kiểm tra đăng ký chứng thư.',
  'issuer-unknown': 'Chứng thư số không do tổ chức chứng thực được chấp nhận cấp; người ký liên hệ nơi cấp chứng thư.',
  'certificate-not-valid-then': 'Chứng thư số chưa có hiệu lực hoặc đã hết hạn lúc ký; người ký gia hạn chứng thư rồi ký lại.',
  'no-anchors': 'Chữ ký đúng nhưng chưa có danh sách tổ chức chứng thực để kiểm tra nguồn gốc chứng thư.',
  'block-unreadable': 'Không đọc được khối chữ ký đã chuẩn bị; hãy chuẩn bị lại lần ký này.',
  'block-stale': 'Học bạ đã thay đổi từ lúc chuẩn bị ký; hãy chuẩn bị và ký lại.',
} as const;

export type SignatureFaultCode = keyof typeof SIGNATURE_FAULTS;

export type SignatureRefusal = { ok: false; code: SignatureFaultCode; message: string };

export const refusal = (code: SignatureFaultCode): SignatureRefusal => ({ ok: false, code, message: SIGNATURE_FAULTS[code] });
