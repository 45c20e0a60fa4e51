import { formatDay, formatLongDay, localDay } from '../../domain/vietnameseFormat.js';
import type { PrintedCard } from '../../domain/sheets/printedCard.js';
import { drawQr } from './qr.js';
import { COLUMN_HEIGHT, drawSigner, titleLines } from './signatureBox.js';
import { makeRoom, PAGE, QUIET, TEXT_WIDTH, write, type Sheet } from './sheet.js';
import { drawTable } from './table.js';
import { heading, measure, orDash } from './words.js';

/** Who the pupil is, where they went to school, and who signed; with the way to check it. */
export function drawIdentity(sheet: Sheet, card: PrintedCard, lookUp: { address: string; shown: string }): void {
  sheet.addPage();
  write(sheet, 'bold', 15).text('THÔNG TIN HỌC SINH', PAGE.left, PAGE.top + 6, { width: TEXT_WIDTH, align: 'center' });
  sheet.y += 8;
  facts(sheet, card);
  heading(sheet, 'Quá trình học tập');
  drawTable(sheet, {
    columns: [{ label: 'Năm học', width: 82, align: 'center' }, { label: 'Lớp', width: 54, align: 'center' }, { label: 'Tên trường', width: TEXT_WIDTH - 236 }, { label: 'Ngày vào học, chuyển đến', width: 100, align: 'center' }],
    rows: card.record.history.map((entry) => [entry.schoolYear?.replace('-', '–') ?? '–', entry.className, entry.schoolName, formatDay(entry.enteredOn)]),
  });
  sheet.y += 14;
  makeRoom(sheet, COLUMN_HEIGHT + 24);
  signedBy(sheet, card, lookUp);
}

function facts(sheet: Sheet, { record: { identity, attendance, body }, cardId }: PrintedCard): void {
  const pairs: readonly (readonly [string, string, string?, string?])[] = [
    ['Họ và tên', identity.fullName.toLocaleUpperCase('vi')],
    ['Giới tính', identity.sex === 'male' ? 'Nam' : 'Nữ', 'Ngày sinh', formatDay(identity.birthDate)],
    ['Dân tộc', identity.ethnicity, 'Quốc tịch', identity.nationality],
    ['Mã học sinh', identity.pupilCode, 'Số định danh', orDash(identity.personalNumber)],
    ['Nơi sinh', orDash(identity.birthPlace)],
    ['Quê quán', orDash(identity.homeTown)],
    ['Chỗ ở hiện nay', orDash(identity.address)],
    ['Họ và tên cha', orDash(identity.fatherName)],
    ['Họ và tên mẹ', orDash(identity.motherName)],
    ['Người giám hộ', orDash(identity.guardianName)],
    ['Số sổ đăng bộ', orDash(identity.registerNumber)],
    ['Chiều cao', `${measure(body.heightCm)} cm`, 'Cân nặng', `${measure(body.weightKg)} kg`],
    ['Nghỉ có phép', `${attendance.excusedAbsences} buổi`, 'Nghỉ không phép', `${attendance.unexcusedAbsences} buổi`],
    ['Mã tra cứu', cardId],
  ];
  for (const [label, value, secondLabel, second] of pairs) fact(sheet, label, value, secondLabel, second);
}

function fact(sheet: Sheet, label: string, value: string, secondLabel?: string, second?: string): void {
  makeRoom(sheet, 22);
  const top = sheet.y;
  const half = TEXT_WIDTH / 2;
  const [labelWidth, secondLabelWidth] = [104, 92];
  write(sheet, 'regular', 11.5, QUIET).text(`${label}:`, PAGE.left, top, { width: labelWidth });
  write(sheet, label === 'Họ và tên' ? 'bold' : 'regular', 11.5).text(value, PAGE.left + labelWidth, top, { width: (second === undefined ? TEXT_WIDTH : half) - labelWidth });
  let bottom = sheet.y;
  if (secondLabel !== undefined && second !== undefined) {
    write(sheet, 'regular', 11.5, QUIET).text(`${secondLabel}:`, PAGE.left + half, top, { width: secondLabelWidth });
    write(sheet, 'regular', 11.5).text(second, PAGE.left + half + secondLabelWidth, top, { width: half - secondLabelWidth });
    bottom = Math.max(bottom, sheet.y);
  }
  sheet.y = bottom + 7;
}

function signedBy(sheet: Sheet, card: PrintedCard, { address, shown }: { address: string; shown: string }): void {
  const top = sheet.y;
  const half = TEXT_WIDTH / 2;
  // The look-up page knows only what the Sở has received.
  if (card.mark !== 'draft' && card.mark !== 'not-received') drawLookUp(sheet, address, shown, top);
  const signature = card.signatures.principal;
  const day = signature === null ? 'ngày … tháng … năm ……' : formatLongDay(localDay(signature.signedAt));
  const right = { x: PAGE.left + half, y: top, width: half };
  write(sheet, 'italic', 11.5).text(`${card.placeOfIssue ?? '……………'}, ${day}`, right.x, top, { width: half, align: 'center' });
  drawSigner(sheet, { ...right, y: top + 18 }, card.approver === null ? ['HIỆU TRƯỞNG'] : titleLines(card.approver.title), card.approver?.fullName ?? null, signature);
}

function drawLookUp(sheet: Sheet, address: string, shown: string, top: number): void {
  drawQr(sheet, address, PAGE.left, top, 96);
  write(sheet, 'bold', 10.5).text('Đối chiếu học bạ', PAGE.left + 104, top + 8, { width: TEXT_WIDTH / 2 - 106 });
  for (const line of ['Quét mã QR, hoặc mở trang', shown, 'rồi nhập mã tra cứu và ngày sinh.']) {
    write(sheet, 'regular', 10, QUIET).text(line, PAGE.left + 104, sheet.y + 1.5, { width: TEXT_WIDTH / 2 - 106 });
  }
}
