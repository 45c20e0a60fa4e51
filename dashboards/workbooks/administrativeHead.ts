import type { Worksheet } from 'exceljs';
import type { ReportHead } from '../../domain/reports.js';
import { formatInstant, formatLongDay, localDay } from '../../domain/vietnameseFormat.js';
import { plainText } from './plainText.js';
import { CENTRE, font, LEFT } from './style.js';

export const TITLE = 'BÁO CÁO TIẾN ĐỘ PHÁT HÀNH HỌC BẠ SỐ';
export const SANDBOX_MARK = 'DỮ LIỆU MÔ PHỎNG';

const CYCLES = { main: '', summer: ', đợt bổ sung sau hè', rehearsal: ', đợt diễn tập' } as const;
const LEVELS: Readonly<Record<string, string>> = { primary: 'cấp tiểu học' };

/** Which sheet columns carry the unit's head (left) and the Quốc hiệu (right). */
export type HeadPlan = { left: readonly [number, number]; right: readonly [number, number]; last: number };

/** Rows 1–6: unit and Quốc hiệu, place and day, title, year and area, moment and unit of count. Returns the next free row. */
export function writeHead(sheet: Worksheet, report: Omit<ReportHead, 'by'>, plan: HeadPlan, title: string, sandbox: boolean): number {
  const { province, campaign, area, asOf } = report;
  const put = (row: number, [from, to]: readonly [number, number], text: string, style: Parameters<typeof font>[1], size = 12, alignment = CENTRE): void => {
    sheet.mergeCells(row, from, row, to);
    const cell = sheet.getCell(row, from);
    cell.value = plainText(text);
    cell.font = font(size, style);
    cell.alignment = alignment;
  };
  const whole = [1, plan.last] as const;
  put(1, plan.left, `ỦY BAN NHÂN DÂN ${province.name.toLocaleUpperCase('vi')}`, {});
  put(1, plan.right, 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', { bold: true });
  put(2, plan.left, province.departmentName.toLocaleUpperCase('vi'), { bold: true, underline: true });
  put(2, plan.right, 'Độc lập - Tự do - Hạnh phúc', { bold: true, underline: true });
  if (sandbox) put(3, plan.left, SANDBOX_MARK, { bold: true, color: { argb: 'FFB00020' } });
  put(3, plan.right, `${province.placeOfIssue}, ${formatLongDay(localDay(asOf))}`, { italic: true });
  put(4, whole, title, { bold: true }, 14);
  const place = area.schoolName ?? area.officeName ?? province.name;
  put(5, whole, `Năm học ${campaign.schoolYear}, ${LEVELS[campaign.level] ?? campaign.level}${CYCLES[campaign.cycle]} – Phạm vi: ${place}`, {});
  const half = Math.ceil(plan.last / 2);
  put(6, [1, half], `Số liệu tính đến ${formatInstant(asOf)}`, { italic: true }, 12, LEFT);
  put(6, [half + 1, plan.last], 'Đơn vị tính: học bạ', { italic: true }, 12, { ...LEFT, horizontal: 'right' });
  for (const row of [1, 2, 3, 5, 6]) sheet.getRow(row).height = 17;
  sheet.getRow(4).height = 24;
  return 7;
}

/** Who made the table and who answers for it; room to sign between. */
export function writeSignatures(sheet: Worksheet, row: number, plan: HeadPlan): void {
  const blocks = [[plan.left, 'NGƯỜI LẬP BIỂU', '(Ký, ghi rõ họ tên)'], [plan.right, 'THỦ TRƯỞNG ĐƠN VỊ', '(Ký, đóng dấu, ghi rõ họ tên)']] as const;
  for (const [[from, to], role, how] of blocks) {
    sheet.mergeCells(row, from, row, to);
    sheet.mergeCells(row + 1, from, row + 1, to);
    Object.assign(sheet.getCell(row, from), { value: role, font: font(12, { bold: true }), alignment: CENTRE });
    Object.assign(sheet.getCell(row + 1, from), { value: how, font: font(11, { italic: true }), alignment: CENTRE });
  }
}
