export type PathVerdict = 'valid' | 'invalid' | 'not-provable';

type Meaning = { verdict: PathVerdict; reason: string };

/** Every answer about a certificate, with the sentence people read: what is wrong, who can mend it, how. */
export const PATH_CODES = {
  'valid': { verdict: 'valid', reason: 'Chứng thư số hợp lệ tại thời điểm kiểm tra.' },
  'valid-revoked-later': { verdict: 'valid', reason: 'Chứng thư số hợp lệ tại thời điểm kiểm tra; sau đó mới bị thu hồi, không dùng để ký tiếp được.' },

  'certificate-malformed': { verdict: 'invalid', reason: 'Chứng thư số không đúng chuẩn mã hóa; người ký lấy lại chứng thư từ tổ chức chứng thực.' },
  'intermediate-malformed': { verdict: 'invalid', reason: 'Chứng thư trung gian gửi kèm không đúng chuẩn mã hóa; đơn vị phát hành tệp kiểm tra phần mềm ký.' },
  'too-many-intermediates': { verdict: 'invalid', reason: 'Tệp kèm quá 8 chứng thư trung gian; đơn vị phát hành tệp chỉ kèm các chứng thư thuộc đường dẫn của người ký.' },
  'issuer-unknown': { verdict: 'invalid', reason: 'Chứng thư số không do tổ chức chứng thực được Sở chấp nhận cấp; người ký liên hệ nơi cấp chứng thư, Sở kiểm tra danh sách tổ chức chứng thực.' },
  'signature-wrong': { verdict: 'invalid', reason: 'Chữ ký trên chứng thư số không phải của tổ chức chứng thực mà nó ghi; không dùng chứng thư này, báo Sở kiểm tra nguồn gốc.' },
  'not-yet-valid': { verdict: 'invalid', reason: 'Chứng thư số chưa đến ngày có hiệu lực; người ký chờ đến ngày đó hoặc dùng chứng thư khác.' },
  'expired': { verdict: 'invalid', reason: 'Chứng thư số đã hết hạn; người ký gia hạn chứng thư rồi ký lại.' },
  'revoked': { verdict: 'invalid', reason: 'Chứng thư số đã bị thu hồi; người ký cần chứng thư mới rồi ký lại.' },
  'issuer-revoked': { verdict: 'invalid', reason: 'Chứng thư của tổ chức cấp chứng thư số đã bị thu hồi; người ký cần chứng thư của tổ chức còn hiệu lực.' },
  'issuer-not-authority': { verdict: 'invalid', reason: 'Chứng thư số do một chứng thư không có quyền cấp phát ký ra; không dùng chứng thư này, báo Sở kiểm tra nguồn gốc.' },
  'path-too-long': { verdict: 'invalid', reason: 'Đường dẫn chứng thực dài hơn mức tổ chức chứng thực cho phép; người ký liên hệ nơi cấp chứng thư.' },
  'name-not-permitted': { verdict: 'invalid', reason: 'Tên trong chứng thư số nằm ngoài phạm vi tổ chức cấp được phép; người ký liên hệ nơi cấp chứng thư.' },
  'policy-not-met': { verdict: 'invalid', reason: 'Chứng thư số không theo chính sách chứng thư được yêu cầu; người ký cần loại chứng thư khác.' },
  'weak': { verdict: 'invalid', reason: 'Khóa hoặc thuật toán trong đường dẫn chứng thực quá yếu (RSA dưới 2048 bit, SHA-1); người ký cần chứng thư mới.' },
  'not-standard': { verdict: 'invalid', reason: 'Chứng thư số hoặc chứng thư của nơi cấp không theo đúng chuẩn X.509; người ký liên hệ nơi cấp chứng thư.' },
  'extension-unknown': { verdict: 'invalid', reason: 'Chứng thư số có điều kiện bắt buộc mà hệ thống không biết; người ký liên hệ nơi cấp chứng thư.' },
  'authority-as-signer': { verdict: 'invalid', reason: 'Đây là chứng thư của nơi cấp chứng thư, không phải của người ký; người ký chọn chứng thư của mình.' },
  'not-for-this-use': { verdict: 'invalid', reason: 'Chứng thư số không được cấp cho mục đích này (ví dụ chỉ dùng cho máy chủ web); người ký cần chứng thư ký số.' },
  'path-refused': { verdict: 'invalid', reason: 'Đường dẫn chứng thực của chứng thư số không hợp lệ; người ký liên hệ nơi cấp chứng thư.' },

  'no-anchors': { verdict: 'not-provable', reason: 'Chưa có danh sách tổ chức chứng thực để kiểm tra; quản trị viên của Sở bổ sung danh sách.' },
  'anchor-malformed': { verdict: 'not-provable', reason: 'Danh sách tổ chức chứng thực có chứng thư sai mã hóa; quản trị viên của Sở nạp lại chứng thư đó.' },
  'crl-missing': { verdict: 'not-provable', reason: 'Chưa có danh sách thu hồi của tổ chức cấp nên chưa biết chứng thư số còn hiệu lực; Sở chờ lấy được danh sách rồi kiểm tra lại.' },
  'crl-stale': { verdict: 'not-provable', reason: 'Danh sách thu hồi đã quá hạn nên chưa biết chứng thư số còn hiệu lực; Sở lấy danh sách mới rồi kiểm tra lại.' },
  'crl-not-yet-valid': { verdict: 'not-provable', reason: 'Danh sách thu hồi chưa đến ngày có hiệu lực; Sở kiểm tra đồng hồ máy chủ và nguồn danh sách.' },
  'crl-unusable': { verdict: 'not-provable', reason: 'Danh sách thu hồi không dùng được (sai định dạng, sai chữ ký hoặc không áp dụng cho chứng thư này); Sở kiểm tra nguồn danh sách.' },
  'on-hold': { verdict: 'not-provable', reason: 'Chứng thư số đang bị tạm dừng nên chưa chứng minh được chữ ký; người ký đề nghị tổ chức chứng thực mở lại, hoặc ký lại bằng chứng thư khác.' },
  'check-failed': { verdict: 'not-provable', reason: 'Chưa kiểm tra được chứng thư số do lỗi của hệ thống; quản trị viên xem nhật ký, kết quả không được ghi nhận.' },
  'check-timed-out': { verdict: 'not-provable', reason: 'Kiểm tra chứng thư số quá thời gian cho phép nên bị dừng; quản trị viên xem tải của máy chủ rồi kiểm tra lại.' },
} as const satisfies Record<string, Meaning>;

export type PathCode = keyof typeof PATH_CODES;
