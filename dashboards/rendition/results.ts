import {
  COMPETENCE_CODES, COMPETENCES, OVERALL_RESULTS, QUALITIES, QUALITY_CODES, SUBJECT_LEVELS, SUBJECTS, TRAIT_LEVELS, type PupilRecord,
} from '../../domain/record.js';
import type { PrintedCard } from '../../domain/sheets/printedCard.js';
import { drawTable } from './table.js';
import { makeRoom, PAGE, TEXT_WIDTH, write, type Sheet } from './sheet.js';
import { COLUMN_HEIGHT, drawSeal, drawSigner, titleLines } from './signatureBox.js';
import { heading, orDash, yesNo } from './words.js';

/** The year's results, sections 1 to 6 of spec §6, and the signatures under them. */
export function drawResults(sheet: Sheet, card: PrintedCard): void {
  const { record } = card;
  sheet.addPage();
  write(sheet, 'bold', 14).text(`KẾT QUẢ GIÁO DỤC NĂM HỌC ${card.schoolYear.replace('-', '–')}`, PAGE.left, PAGE.top + 4, { width: TEXT_WIDTH, align: 'center' });
  write(sheet, 'regular', 11.5).text(`Họ và tên: ${record.identity.fullName}        Lớp: ${card.className}`, PAGE.left, sheet.y + 3, { width: TEXT_WIDTH, align: 'center' });

  heading(sheet, '1. Các môn học và hoạt động giáo dục');
  drawTable(sheet, {
    columns: [{ label: 'Môn học và hoạt động giáo dục', width: 168 }, { label: 'Mức đạt được', width: 98, align: 'center' }, { label: 'Điểm kiểm tra', width: 52, align: 'center' }],
    rows: [
      ...record.subjects.map(({ subject, level, test }) => [SUBJECTS[subject].name, SUBJECT_LEVELS[level], test === null ? '' : String(test)]),
      ...card.otherSubjects.map(({ name, level, test }) => [name, SUBJECT_LEVELS[level], test === null ? '' : String(test)]),
    ],
    remark: remark(318, record.remarks.teacher),
  });
  heading(sheet, '2. Những phẩm chất chủ yếu', 130);
  drawTable(sheet, {
    columns: traitColumns('Phẩm chất'), remark: remark(236, record.remarks.qualities),
    rows: QUALITY_CODES.map((code) => [QUALITIES[code], TRAIT_LEVELS[record.qualities[code]]]),
  });
  // A side of its own: whatever the remarks' length, levels and signatures stand together.
  sheet.addPage();
  heading(sheet, '3. Những năng lực cốt lõi');
  competences(sheet, record, 'general', '3.1. Những năng lực chung', record.remarks.generalCompetences);
  competences(sheet, record, 'specific', '3.2. Những năng lực đặc thù', record.remarks.specificCompetences);

  heading(sheet, '4. Đánh giá kết quả giáo dục');
  line(sheet, OVERALL_RESULTS[record.summary.result], '');
  heading(sheet, '5. Khen thưởng');
  line(sheet, 'Cuối năm học: ', orDash(record.summary.award));
  if (record.summary.suddenAward !== null) line(sheet, 'Đột xuất: ', record.summary.suddenAward);
  heading(sheet, '6. Hoàn thành chương trình lớp học, chương trình tiểu học');
  line(sheet, 'Hoàn thành chương trình lớp học: ', yesNo(record.summary.gradeCompleted));
  if (record.summary.primaryCompleted !== null) line(sheet, 'Hoàn thành chương trình tiểu học: ', yesNo(record.summary.primaryCompleted));
  line(sheet, 'Được lên lớp: ', yesNo(record.summary.promoted));
  signatures(sheet, card);
}

const remark = (used: number, text: string) => ({ label: 'Nhận xét', width: TEXT_WIDTH - used, text: orDash(text) });
const traitColumns = (label: string) => [{ label, width: 152 }, { label: 'Mức đạt được', width: 84, align: 'center' as const }];

function competences(sheet: Sheet, record: PupilRecord, kind: 'general' | 'specific', title: string, text: string): void {
  makeRoom(sheet, kind === 'general' ? 80 : 150);
  write(sheet, 'boldItalic', 11.5).text(title, PAGE.left, sheet.y + 4, { width: TEXT_WIDTH });
  sheet.y += 3;
  drawTable(sheet, {
    columns: traitColumns('Năng lực'), remark: remark(236, text),
    // A competence that is not taught in this grade has no level and no line.
    rows: COMPETENCE_CODES.flatMap((code) => {
      const level = record.competences[code];
      return COMPETENCES[code].kind === kind && level !== null ? [[COMPETENCES[code].name, TRAIT_LEVELS[level]]] : [];
    }),
  });
}

function line(sheet: Sheet, label: string, value: string): void {
  makeRoom(sheet, 16);
  write(sheet, value === '' ? 'bold' : 'regular', 11.5).text(label, PAGE.left + 10, sheet.y + 1, { width: TEXT_WIDTH - 10, continued: value !== '' });
  if (value !== '') write(sheet, 'bold', 11.5).text(value);
}

/** Teacher on the right and the head's side on the left, as on the paper form; the seal below both. */
function signatures(sheet: Sheet, card: PrintedCard): void {
  const SEAL = 82;
  makeRoom(sheet, COLUMN_HEIGHT + SEAL + 10);
  const top = sheet.y + 16;
  const half = TEXT_WIDTH / 2;
  drawSigner(sheet, { x: PAGE.left, y: top, width: half }, card.approver === null ? ['HIỆU TRƯỞNG'] : titleLines(card.approver.title), card.approver?.fullName ?? null, card.signatures.principal);
  drawSigner(sheet, { x: PAGE.left + half, y: top, width: half }, ['GIÁO VIÊN CHỦ NHIỆM'], card.teacherName, card.signatures.teacher);
  drawSeal(sheet, { x: PAGE.left + half - 120, y: top + COLUMN_HEIGHT + 2, width: 240 }, card.signatures.seal);
  sheet.y = top + COLUMN_HEIGHT + SEAL - 18;
}
