/** Why a whole file is refused before any row is read. */
export type RefusalCode =
  | 'empty' | 'too-large' | 'too-many-entries' | 'inflates-too-much' | 'too-many-rows' | 'too-many-columns' | 'too-many-sheets'
  | 'too-much-text' | 'too-many-classes' | 'too-many-faults'
  | 'encrypted' | 'old-xls' | 'binary-xlsb' | 'macro' | 'truncated' | 'damaged' | 'web-page' | 'text-table' | 'other-office'
  | 'not-workbook' | 'no-sheet' | 'no-data-sheet' | 'json-shape';

export type Refusal = { code: RefusalCode; message: string };

/** Vietnamese sentences: cause first, then what to do. */
const SENTENCES = {
  'empty': 'Tệp trống (0 byte). Hãy chọn lại tệp Excel cần tải lên.',
  'too-large': 'Tệp quá lớn. Hãy xóa hình ảnh và các trang tính không cần thiết, hoặc chia thành nhiều tệp.',
  'too-many-entries': 'Tệp chứa quá nhiều thành phần bên trong, không giống một bảng tính bình thường. Hãy dùng lại mẫu của hệ thống.',
  'inflates-too-much': 'Tệp nén chứa lượng dữ liệu lớn bất thường nên không được mở. Hãy chép dữ liệu sang mẫu mới của hệ thống.',
  'too-many-rows': 'Trang tính có quá nhiều dòng. Hãy xóa các dòng thừa ở cuối hoặc chia thành nhiều tệp.',
  'too-many-columns': 'Trang tính có quá nhiều cột. Hãy xóa các cột thừa bên phải.',
  'too-many-sheets': 'Tệp có quá nhiều trang tính. Hãy chia thành nhiều tệp.',
  'too-much-text': 'Tệp có ô chứa văn bản dài bất thường. Hãy xóa các ô không thuộc bảng học sinh, hoặc chép dữ liệu sang mẫu mới của hệ thống.',
  'too-many-classes': 'Tệp có quá nhiều lớp, có thể cột "Lớp" đã bị lệch. Hãy kiểm tra lại cột này hoặc dùng mẫu tải từ hệ thống.',
  'too-many-faults': 'Tệp có quá nhiều lỗi, có thể các cột đã bị lệch hoặc không phải bảng học sinh của trường. Hãy chép dữ liệu sang mẫu tải từ hệ thống.',
  'encrypted': 'Tệp được đặt mật khẩu nên không đọc được. Hãy mở bằng Excel, bỏ mật khẩu (Tệp → Thông tin → Bảo vệ sổ làm việc) rồi lưu lại.',
  'old-xls': 'Tệp ở định dạng cũ .xls. Hãy mở bằng Excel rồi chọn Lưu thành → "Excel Workbook (*.xlsx)".',
  'binary-xlsb': 'Tệp ở định dạng nhị phân .xlsb. Hãy mở bằng Excel rồi chọn Lưu thành → "Excel Workbook (*.xlsx)".',
  'macro': 'Tệp có chứa macro (.xlsm) nên không được nhận. Hãy mở bằng Excel rồi chọn Lưu thành → "Excel Workbook (*.xlsx)".',
  'truncated': 'Tệp bị cắt cụt, có thể do đường truyền ngắt giữa chừng. Hãy tải lại tệp.',
  'damaged': 'Tệp bị hỏng, không đọc được nội dung. Hãy mở bằng Excel, lưu lại rồi tải lên.',
  'web-page': 'Tệp thực chất là một trang web được đặt đuôi Excel. Hãy mở bằng Excel rồi chọn Lưu thành → "Excel Workbook (*.xlsx)".',
  'text-table': 'Tệp là văn bản (CSV hoặc TXT), không phải Excel. Hãy mở bằng Excel rồi chọn Lưu thành → "Excel Workbook (*.xlsx)".',
  'other-office': 'Tệp không phải bảng tính Excel (có thể là Word, PowerPoint hoặc OpenDocument). Hãy chọn đúng tệp .xlsx.',
  'not-workbook': 'Tệp không phải bảng tính Excel. Hãy chọn đúng tệp .xlsx.',
  'no-sheet': 'Tệp không có trang tính nào đọc được.',
  'no-data-sheet': 'Không tìm thấy trang tính nào có dòng tiêu đề cột cần thiết. Hãy dùng mẫu tải từ hệ thống.',
  'json-shape': 'Dữ liệu JSON không đúng cấu trúc của bảng học sinh.',
} as const satisfies Record<RefusalCode, string>;

/** @param detail a short addition in parentheses, without personal data, such as a sheet's name or a size */
export const refusal = (code: RefusalCode, detail?: string): Refusal =>
  ({ code, message: detail === undefined ? SENTENCES[code] : `${SENTENCES[code]} (${detail})` });

/** Thrown while a file is read, and turned into a value by `openWorkbook` or the reader above it. */
export class RefusedWorkbook extends Error {
  constructor(readonly refusal: Refusal, options?: { cause: unknown }) {
    super(refusal.code, options);
    this.name = 'RefusedWorkbook';
  }
}
