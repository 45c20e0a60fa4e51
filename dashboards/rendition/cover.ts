import type { PrintedCard } from '../../domain/sheets/printedCard.js';
import { INK, PAGE, QUIET, SIGNED_INK, TEXT_WIDTH, write, type Sheet } from './sheet.js';

/** The cover: whose card, of which class, school and year. */
export function drawCover(sheet: Sheet, card: PrintedCard): void {
  sheet.addPage();
  frame(sheet);
  const middle = { width: TEXT_WIDTH, align: 'center' } as const;
  write(sheet, 'regular', 14).text(card.departmentName.toLocaleUpperCase('vi'), PAGE.left, 92, middle);
  write(sheet, 'bold', 14).text(card.schoolName.toLocaleUpperCase('vi'), PAGE.left, sheet.y + 4, middle);
  sheet.moveTo(PAGE.width / 2 - 45, sheet.y + 6).lineTo(PAGE.width / 2 + 45, sheet.y + 6).lineWidth(0.8).stroke(INK);
  write(sheet, 'bold', 46, SIGNED_INK).text('HỌC BẠ', PAGE.left, 232, { ...middle, characterSpacing: 4 });
  write(sheet, 'bold', 21, SIGNED_INK).text('CẤP TIỂU HỌC', PAGE.left, sheet.y + 2, { ...middle, characterSpacing: 1.5 });
  write(sheet, 'italic', 13, QUIET).text('(Bản thể hiện của học bạ số)', PAGE.left, sheet.y + 8, middle);
  sheet.y = 430;
  const lines: readonly (readonly [string, string])[] = [
    ['Họ và tên học sinh', card.record.identity.fullName.toLocaleUpperCase('vi')],
    ['Lớp', card.className], ['Năm học', card.schoolYear.replace('-', '–')], ['Trường', card.schoolName], ['Xã, phường', card.communeName],
    ...(card.districtName === null ? [] : [['Quận, huyện', card.districtName] as const]),
    ['Tỉnh, thành phố', card.provinceName],
  ];
  for (const [label, value] of lines) line(sheet, label, value, label === 'Họ và tên học sinh');
}

function frame(sheet: Sheet): void {
  sheet.rect(40, 40, PAGE.width - 80, PAGE.height - 104).lineWidth(2.2).stroke(SIGNED_INK);
  sheet.rect(45.5, 45.5, PAGE.width - 91, PAGE.height - 115).lineWidth(0.7).stroke(SIGNED_INK);
}

function line(sheet: Sheet, label: string, value: string, strong: boolean): void {
  const [left, labelWidth] = [PAGE.left + 42, 132];
  const top = sheet.y;
  write(sheet, 'regular', 14).text(`${label}:`, left, top, { width: labelWidth });
  write(sheet, strong ? 'bold' : 'regular', 14).text(value, left + labelWidth, top, { width: TEXT_WIDTH - labelWidth - 84 });
  sheet.y = Math.max(sheet.y, top + 17) + 11;
}
