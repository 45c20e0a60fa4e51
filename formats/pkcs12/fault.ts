/** Why a PKCS#12 file could not be opened; no word of what is in it. */
export const PKCS12_FAULTS = {
  'not-pkcs12': 'Tệp không phải tệp chứng thư .p12 hoặc .pfx; chọn đúng tệp được cấp.',
  'wrong-password': 'Mật khẩu của tệp không đúng; kiểm tra bộ gõ tiếng Việt và phím Caps Lock rồi nhập lại.',
  'too-many-iterations': 'Tệp đòi số vòng lặp mật khẩu quá lớn; xuất lại tệp với thiết lập thông thường.',
  'unsupported': 'Tệp dùng thuật toán mã hóa không được hỗ trợ; xuất lại tệp với AES-256 hoặc 3DES.',
  'no-key': 'Trong tệp không có khóa bí mật; xuất lại tệp kèm khóa.',
  'several-keys': 'Trong tệp có nhiều khóa bí mật; xuất lại tệp chỉ có chứng thư cần dùng.',
  'no-certificate': 'Trong tệp không có chứng thư của khóa; xuất lại tệp kèm chứng thư.',
  'too-slow': 'Mở tệp lâu quá giới hạn; xuất lại tệp với thiết lập thông thường.',
} as const;
export type Pkcs12FaultCode = keyof typeof PKCS12_FAULTS;

export class Pkcs12Fault extends Error {
  constructor(readonly code: Pkcs12FaultCode) {
    super(`PKCS#12: ${code}`);
    this.name = 'Pkcs12Fault';
  }
}
