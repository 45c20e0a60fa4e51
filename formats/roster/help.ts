import type ExcelJS from 'exceljs';
import { BOLD, FONT, landscapeA4, TITLE } from '../workbook/style.js';
import { HELP_SHEET, HISTORY_SHEET } from './sheetNames.js';

/** Plain sentences for the person who fills the workbook in; `#` marks a heading. */
const LINES: readonly string[] = [
  '# Cách điền',
  'Mỗi lớp một trang, tên trang là tên lớp. Mỗi học sinh một dòng. Danh sách học sinh đã có sẵn theo danh sách đã chốt.',
  'Có thể đổi thứ tự cột. Không đổi tên cột: hệ thống nhận cột theo tên ở ba dòng tiêu đề.',
  `Trang "${HISTORY_SHEET}": mỗi năm học của học sinh một dòng (mã học sinh, năm học, lớp, trường, ngày chuyển đến). Học lại lớp nào thì thêm một dòng.`,
  'Sau khi tải lên, lớp không có lỗi được nhận ngay; lớp có lỗi được trả lại kèm tệp đã đánh dấu từng ô cần sửa.',
  '# Ghi mã',
  'Môn học và hoạt động giáo dục: T (hoàn thành tốt), H (hoàn thành), C (chưa hoàn thành).',
  'Năng lực và phẩm chất: T (tốt), Đ (đạt), C (cần cố gắng).',
  'Đánh giá KQGD: HTXS (hoàn thành xuất sắc), HTT (hoàn thành tốt), HT (hoàn thành), CHT (chưa hoàn thành).',
  'Học sinh CHT trước kì đánh giá lại trong hè: học bạ được ghi nhận là "chờ đánh giá lại", chưa có để ký và không tính là lỗi. Có kết quả đánh giá lại thì nộp lại dữ liệu của lớp.',
  'Được lên lớp, hoàn thành chương trình: Có hoặc Không. Giới tính: Nam hoặc Nữ.',
  '# Ghi số và ngày',
  'Mã học sinh và số định danh cá nhân (12 chữ số): để ô ở dạng Văn bản (Text) để không mất số 0 ở đầu.',
  'Học sinh chưa có số định danh thì để trống ô; học bạ được ghi nhận là "chưa đủ điều kiện phát hành" và không tính là lỗi.',
  'Ngày: ngày/tháng/năm với năm đủ bốn chữ số, ví dụ 05/09/2018.',
  'Điểm KTĐK: số nguyên từ 0 đến 10. Số buổi nghỉ: không nghỉ thì ghi 0. Cân nặng tính bằng kg, chiều cao bằng cm.',
  '# Không được để trống',
  'Mọi cột, trừ: số định danh, họ tên cha, người giám hộ, khen thưởng, khen thưởng đột xuất; năng lực công nghệ và tin học (nếu không học).',
];

export function addHelpSheet(workbook: ExcelJS.Workbook, { schoolName, schoolYear }: { schoolName: string; schoolYear: string }): void {
  const sheet = workbook.addWorksheet(HELP_SHEET, { views: [{ showGridLines: false }] });
  sheet.getColumn(1).width = 120;
  Object.assign(sheet.getCell(1, 1), { value: 'HƯỚNG DẪN ĐIỀN BẢNG TỔNG HỢP KẾT QUẢ', font: TITLE });
  Object.assign(sheet.getCell(2, 1), { value: `${schoolName} – năm học ${schoolYear}`, font: FONT });
  LINES.forEach((line, index) => {
    const heading = line.startsWith('# ');
    Object.assign(sheet.getCell(index + 4, 1), { value: heading ? line.slice(2) : line, font: heading ? BOLD : FONT, alignment: { wrapText: true, vertical: 'top' } });
  });
  landscapeA4(sheet, { onePageWide: true });
}
