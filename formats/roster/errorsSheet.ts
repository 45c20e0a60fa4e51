import type ExcelJS from 'exceljs';
import { BOLD, BORDER, ERROR_FILL, FONT, HEAD_FILL, landscapeA4, TEXT_FORMAT, TITLE, WARNING_FILL } from '../workbook/style.js';
import type { RosterFault } from './reading.js';
import { ERRORS_SHEET } from './sheetNames.js';

const COLUMNS = [['STT', 6], ['Trang', 16], ['Ô', 9], ['Cột', 28], ['Mã học sinh', 16], ['Mức', 10], ['Nội dung', 90]] as const;
const HEADER_ROW = 4;
const LINE_HEIGHT = 15;

/** Adds the list of faults as the first sheet, each with a link to its cell. */
export function addErrorsSheet(workbook: ExcelJS.Workbook, faults: readonly RosterFault[], { copied }: { copied: boolean }): void {
  const sheet = workbook.addWorksheet(ERRORS_SHEET, { views: [{ state: 'frozen', ySplit: HEADER_ROW }] });
  // exceljs writes sheets by `orderNo`, which its types leave out.
  const orders = workbook.worksheets.map((one) => (one as unknown as { orderNo: number }).orderNo);
  (sheet as unknown as { orderNo: number }).orderNo = Math.min(0, ...orders) - 1;
  workbook.views = [{ x: 0, y: 0, width: 20_000, height: 12_000, firstSheet: 0, activeTab: 0, visibility: 'visible' }];
  const errors = faults.filter((fault) => fault.severity === 'error').length;
  Object.assign(sheet.getCell(1, 1), { value: `CÁC LỖI CẦN SỬA: ${errors} lỗi, ${faults.length - errors} lưu ý`, font: TITLE });
  Object.assign(sheet.getCell(2, 1), { value: 'Bấm vào cột "Ô" để đến ô cần sửa. Sửa xong, lưu lại rồi tải tệp này lên; không cần xóa màu, ghi chú hay trang này.', font: FONT });
  if (copied) Object.assign(sheet.getCell(3, 1), { value: 'Tệp gốc dùng định dạng không giữ lại được, nên đây là bản chép giá trị của tệp.', font: BOLD });
  COLUMNS.forEach(([label, width], index) => {
    sheet.getColumn(index + 1).width = width;
    Object.assign(sheet.getCell(HEADER_ROW, index + 1), { value: label, font: BOLD, fill: HEAD_FILL, border: BORDER, alignment: { horizontal: 'center', vertical: 'middle' } });
  });
  faults.forEach((fault, index) => {
    const values: ExcelJS.CellValue[] = [
      index + 1, fault.sheet, linkTo(fault), fault.column, fault.pupilCode, fault.severity === 'error' ? 'Lỗi' : 'Lưu ý', fault.message,
    ];
    const row = sheet.getRow(HEADER_ROW + 1 + index);
    // Excel and LibreOffice do not both grow rows for wrapped text on opening.
    row.height = LINE_HEIGHT * Math.max(1, Math.ceil(fault.message.length / 95), Math.ceil(fault.column.length / 28));
    values.forEach((value, column) => {
      const cell = row.getCell(column + 1);
      // Text format: what begins with "=" stays text even after someone edits the cell.
      Object.assign(cell, { value, font: column === 2 ? { ...FONT, underline: true, color: { argb: 'FF0563C1' } } : FONT, border: BORDER, alignment: { vertical: 'top', wrapText: column === 3 || column === 6, ...(column === 0 ? { horizontal: 'center' as const } : {}) } });
      if (column !== 2 && column !== 0) cell.numFmt = TEXT_FORMAT;
      if (column === 5) cell.fill = fault.severity === 'error' ? ERROR_FILL : WARNING_FILL;
    });
  });
  landscapeA4(sheet, { rows: `${HEADER_ROW}:${HEADER_ROW}`, onePageWide: true });
}

/**
 * A link inside the workbook as a HYPERLINK formula of our own making: exceljs writes internal links so that Excel takes
 * them for files. Sheet names are the clerk's, so quotes are doubled at both levels.
 */
function linkTo({ sheet, cell }: RosterFault): ExcelJS.CellValue {
  if (sheet === '' || cell === '') return cell === '' ? null : cell;
  const target = `#'${sheet.replace(/'/g, "''")}'!${cell}`.replace(/"/g, '""');
  return { formula: `HYPERLINK("${target}","${cell}")`, result: cell };
}
