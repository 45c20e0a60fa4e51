import ExcelJS from 'exceljs';
import { addTable } from '../workbook/tableWriter.js';
import { STAFF_ROLES, type SchoolRow, type UnitsData } from './units.js';
import { AUTHORITIES, EXCEPTIONS, OFFICES, SCHOOLS, STAFF, type SchoolCells } from './unitsSheets.js';

/**
 * Writes the units-and-staff workbook: empty for a coordinator to fill in, or filled with `rows`.
 * @returns an .xlsx whose reading by `readUnits` gives the same rows
 */
export async function writeUnitsTemplate({ rows }: { rows?: UnitsData } = {}): Promise<Buffer> {
  const workbook = new ExcelJS.Workbook();
  const star = 'Cột có dấu (*) là bắt buộc. Mã và số định danh để ở dạng Văn bản để giữ số 0 ở đầu.';
  addTable(workbook, OFFICES, rows?.offices ?? [], star);
  addTable(workbook, SCHOOLS, (rows?.schools ?? []).map(cellsOf), `${star} Trường còn dùng học bạ giấy phải ghi lý do và hạn chuyển đổi.`);
  addTable(workbook, STAFF, rows?.staff ?? [], `${star} Vai trò: ${Object.values(STAFF_ROLES).join('; ')}. Nhiều vai trò cách nhau bằng dấu chấm phẩy.`);
  addTable(workbook, AUTHORITIES, rows?.authorities ?? [], `${star} Chỉ ghi người đang có văn bản giao; để trống cột lớp nếu áp dụng cho cả trường.`);
  addTable(workbook, EXCEPTIONS, rows?.exceptions ?? [], `${star} Chỉ dùng cho trường rất nhỏ, theo văn bản của Sở.`);
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

const cellsOf = ({ exempt, ...school }: SchoolRow): SchoolCells =>
  ({ ...school, exempt: exempt === null ? null : 'yes', exemptReason: exempt?.reason ?? null, roadmapDate: exempt?.roadmapDate ?? null });
