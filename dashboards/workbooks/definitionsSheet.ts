import type { Workbook } from 'exceljs';
import type { ProgressReport } from '../../domain/progress.js';
import { RATES } from '../../domain/rates.js';
import { STEP_NAMES, TURN_NAMES } from '../../domain/turns.js';
import { formatCount, formatInstant } from '../../domain/vietnameseFormat.js';
import { inSentence } from '../format.js';
import { byRoad, positionName } from '../measures.js';
import { SANDBOX_MARK } from './administrativeHead.js';
import { columnName, columnNumber, columnSentence, PROGRESS_COLUMNS } from './progressColumns.js';
import { plainText } from './plainText.js';
import { BOX, CENTRE, font, HEAD_FILL, heightFor, LEFT, PAPER_A4 } from './style.js';

const NOTES = [
  'Các bước là lũy kế: học bạ Kho đã tiếp nhận cũng được đếm là đã ký duyệt, đã ký số phát hành và Sở đã nhận.',
  'Tỉ lệ làm tròn đến hai chữ số thập phân, nửa thì lên; chỉ ghi 100,00 % khi không thiếu học bạ nào và 0,00 % khi chưa có học bạ nào. Dấu "–" nghĩa là không có gì để chia.',
  'Mẫu số chốt khi phát động; chỉ biến động học sinh (chuyển đến, bổ sung do sót, chuyển đi, thôi học) có lí do và minh chứng mới làm thay đổi: xem sheet "Biến động".',
  'Số của trường, địa bàn và Tổng cộng là công thức cộng từ các dòng bên dưới.',
] as const;

const WIDTHS = [8, 26, 34, 78] as const;
const ALL_WIDTH = WIDTHS.reduce((sum, width) => sum + width, 0);

/** Sheet "Giải thích": what each column means and how a rate is made, from the same definitions as the pages. */
export function addDefinitionsSheet(workbook: Workbook, report: ProgressReport, { sandbox, by }: { sandbox: boolean; by?: string }): void {
  const sheet = workbook.addWorksheet('Giải thích', {
    pageSetup: { paperSize: PAPER_A4, orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0 },
  });
  WIDTHS.forEach((width, index) => { sheet.getColumn(index + 1).width = width; });
  const line = (text: string, style: Parameters<typeof font>[1], size = 12): void => {
    const row = sheet.addRow([text]);
    sheet.mergeCells(row.number, 1, row.number, 4);
    Object.assign(row.getCell(1), { font: font(size, style), alignment: LEFT });
  };
  line('GIẢI THÍCH CÁC CỘT VÀ TỈ LỆ', { bold: true }, 14);
  line(`Số liệu tính đến ${formatInstant(report.asOf)}, năm học ${report.campaign.schoolYear}. Đơn vị tính: học bạ.${by === undefined ? '' : ` Người yêu cầu: ${plainText(by)}.`}${sandbox ? ` ${SANDBOX_MARK}.` : ''}`, { italic: true });
  const head = sheet.addRow(['Cột', 'Tên', 'Cách tính', 'Định nghĩa']);
  const body = PROGRESS_COLUMNS.map((column, index) => {
    const number = columnNumber(index).split('=')[0];
    const how = column.kind === 'count' ? 'Đếm' : `${RATES[column.rate].fraction}: ${columnNumber(index).split('=')[1]}`;
    return sheet.addRow([number, columnName(column), how, columnSentence(column)]);
  });
  for (const row of [head, ...body]) {
    row.eachCell((cell, column) => Object.assign(cell, { font: font(11, { bold: row === head }), border: BOX, alignment: column === 1 || row === head ? CENTRE : LEFT }));
    row.height = heightFor(...WIDTHS.map((width, index) => [row.getCell(index + 1).text, width] as const));
  }
  head.eachCell((cell) => { cell.fill = HEAD_FILL; });
  sheet.views = [{ state: 'frozen', ySplit: head.number }];
  sheet.pageSetup.printTitlesRow = `${head.number}:${head.number}`;
  sheet.addRow([]);
  const note = (text: string): void => {
    line(`- ${text}`, {}, 11);
    sheet.getRow(sheet.rowCount).height = heightFor([text, ALL_WIDTH]);
  };
  NOTES.forEach(note);
  sheet.addRow([]);
  line(`HỌC BẠ CHƯA XONG: ${formatCount(report.tree.counts.open)}`, { bold: true });
  for (const { position, step, owned, cards } of byRoad(report.remaining)) {
    note(`${positionName(position)}: ${formatCount(cards)} học bạ, bước ${inSentence(STEP_NAMES[step])}, ${owned ? `đến lượt ${TURN_NAMES[step]}` : 'CHƯA RÕ ĐẾN LƯỢT AI'}.`);
  }
}
