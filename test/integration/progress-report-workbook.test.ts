import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import ExcelJS from 'exceljs';
import { writeProgressReport } from '../../dashboards/workbooks/progressReport.js';
import { sumFormula } from '../../dashboards/workbooks/progressRow.js';
import { exampleReport, reportOf } from '../support/progressReportModel.js';
import { cellsOf, formulasOf, openBook, throughLibreOffice, withoutCachedValues } from '../support/libreOffice.js';
import { skipWithout } from '../support/tools.js';

/** What a cell shows, computed or not. */
const valueOf = (cell: ExcelJS.Cell): unknown => cell.result ?? cell.value;

describe('the progress report', () => {
  let bytes: Buffer;
  let workbook: ExcelJS.Workbook;
  let sheet: ExcelJS.Worksheet;
  before(async () => {
    bytes = await writeProgressReport(exampleReport(), { sandbox: true });
    workbook = await openBook(bytes);
    sheet = workbook.getWorksheet('Tiến độ')!;
  });
  const rowNamed = (name: string): ExcelJS.Row => {
    let found: ExcelJS.Row | undefined;
    sheet.eachRow((row) => { if (row.getCell(2).text === name) found ??= row; });
    assert.ok(found !== undefined, `no row "${name}"`);
    return found;
  };

  test('every value LibreOffice computes equals the cached one', { skip: skipWithout('soffice') }, async () => {
    const cached = formulasOf(workbook);
    const computed = new Map(formulasOf(await openBook(await throughLibreOffice(await withoutCachedValues(bytes)))).map((cell) => [cell.place, cell.result]));
    assert.ok(cached.length > 150, `only ${cached.length} formulas`);
    for (const { place, formula, result } of cached) assert.deepEqual(computed.get(place), result, `${place}: ${formula}`);
  });

  test('the comparison would notice a wrong cached value', { skip: skipWithout('soffice') }, async () => {
    const forged = await openBook(bytes);
    const total = forged.getWorksheet('Tiến độ')!.getCell(`F${rowNamed('Tổng cộng').number}`);
    const truth = total.result;
    total.value = { formula: total.formula, result: 1 };
    const recomputed = await openBook(await throughLibreOffice(await withoutCachedValues(Buffer.from(await forged.xlsx.writeBuffer()))));
    assert.equal(recomputed.getWorksheet('Tiến độ')!.getCell(total.address).result, truth);
  });

  test('has the heads of an administrative report, its moment, its unit and the numbered row', () => {
    const text = (address: string): string => sheet.getCell(address).text;
    assert.deepEqual([text('A1'), text('A2')], ['ỦY BAN NHÂN DÂN TỈNH MÔ PHỎNG', 'SỞ GIÁO DỤC VÀ ĐÀO TẠO TỈNH MÔ PHỎNG']);
    assert.deepEqual([text('K1'), text('K2'), text('K3')], ['CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', 'Độc lập - Tự do - Hạnh phúc', 'Hoa Mẫu, ngày 20 tháng 6 năm 2026']);
    assert.equal(text('A4'), 'BÁO CÁO TIẾN ĐỘ PHÁT HÀNH HỌC BẠ SỐ');
    assert.equal(text('A5'), 'Năm học 2025-2026, cấp tiểu học – Phạm vi: Tỉnh Mô Phỏng');
    assert.deepEqual([text('A6'), text('K6')], ['Số liệu tính đến 17:00 20/06/2026', 'Đơn vị tính: học bạ']);
    assert.deepEqual(['A', 'B', 'C', 'F', 'Q', 'R', 'S'].map((letter) => text(`${letter}9`)), ['(1)', '(2)', '(3)', '(6)', '(17)=(6)/(3)', '(18)=(10)/(6)', '(19)=(16)/[(3)-(12)-(13)]']);
    assert.deepEqual(['N8', 'O8', 'Q8', 'R8'].map(text), ['Đang chờ', 'Chưa rõ đến lượt ai', 'Tỉ lệ ký duyệt', 'Tỉ lệ Kho tiếp nhận']);
    assert.match(JSON.stringify(sheet.getSheetValues()), /NGƯỜI LẬP BIỂU.*THỦ TRƯỞNG ĐƠN VỊ/u);
  });

  test('prints on A4 across with repeated heads, and keeps heads and names in sight', () => {
    assert.deepEqual([sheet.pageSetup.paperSize, sheet.pageSetup.orientation, sheet.pageSetup.fitToWidth, sheet.pageSetup.fitToHeight, sheet.pageSetup.printTitlesRow], [9, 'landscape', 1, 0, '7:9']);
    const [view] = sheet.views;
    assert.ok(view?.state === 'frozen' && view.xSplit === 2 && view.ySplit === 9);
  });

  test('offices, schools and classes are outlined, and only classes hold plain numbers', () => {
    const levels: number[] = [];
    sheet.eachRow((row, number) => { if (number >= 10 && number < rowNamed('Tổng cộng').number) levels.push(row.outlineLevel ?? 0); });
    assert.deepEqual(levels.slice(0, 13), [0, 1, ...Array.from({ length: 10 }, () => 2), 1]);
    assert.equal(rowNamed('Phường Hoa Mẫu').getCell('C').formula, 'SUM(C11,C22)');
    assert.equal(rowNamed('Trường Tiểu học Hoa Mẫu 1').getCell('C').formula, 'SUM(C12:C21)');
    assert.equal(rowNamed('Lớp 1A0').getCell('C').value, 30);
    assert.match(rowNamed('Tổng cộng').getCell('C').formula, /^SUM\(C10,/);
  });

  test('rates never say 100 % while one is missing, nor 0 % when one is there, and a dash where nothing is expected', () => {
    assert.equal(rowNamed('\'+Trường "dấu cộng" <&>').getCell('Q').result, 0.9999);
    assert.equal(rowNamed('\'+Trường "dấu cộng" <&>').getCell('R').result, 0.0001);
    assert.equal(rowNamed('\'@Trường chưa có lớp').getCell('Q').result, '–');
    assert.equal(rowNamed('Tổng cộng').getCell('Q').numFmt, '[$-42A]0.00 %');
  });

  test('text of people cannot act as a formula', () => {
    for (const cell of cellsOf(workbook)) {
      if (typeof cell.value === 'string') assert.doesNotMatch(cell.value, /^[=+@]/, `${cell.worksheet.name}!${cell.address}`);
      if (cell.type === ExcelJS.ValueType.Formula) assert.match(cell.formula, /^(SUM|IF|SUMIFS)\(/, cell.address);
    }
    assert.equal(rowNamed('\'=HYPERLINK("http://evil.example")').getCell(2).numFmt, '@');
  });

  test('the reasons add up to the columns of the first sheet', () => {
    const held = workbook.getWorksheet('Chưa đủ điều kiện')!;
    const texts = held.getSheetValues().flatMap((row) => (Array.isArray(row) ? row : [])).map((value) => JSON.stringify(value)).join('\n');
    assert.match(texts, /Học sinh mang quốc tịch nước ngoài/u);
    assert.match(texts, /"result":"Khớp với cột/u);
    assert.doesNotMatch(texts, /"result":"LỆCH/u);
  });

  test('the frozen list, who came and who left add up to what is expected on the first sheet', () => {
    const moved = workbook.getWorksheet('Biến động')!;
    const { expected } = exampleReport().tree.counts;
    assert.deepEqual([7, 8, 9, 10].map((row) => [moved.getCell(row, 2).text, valueOf(moved.getCell(row, 6))]), [['Danh sách chốt khi phát động', expected + 1], ['Ghi thêm', 2], ['Rút ra', 3], ['Phải có', expected]]);
    assert.equal(valueOf(sheet.getCell(`C${rowNamed('Tổng cộng').number}`)), expected);
    assert.deepEqual([14, 15, 16].map((row) => [4, 5, 6].map((column) => valueOf(moved.getCell(row, column)))), [['Chuyển đến', 1, null], ['Bổ sung do sót khi lập danh sách', 1, null], ['Thôi học', null, 3]]);
    assert.equal(moved.getCell(14, 2).text, '\'=HYPERLINK("http://evil.example")', 'a name is no formula');
  });

  test('the definitions stand on a sheet of their own, with the fraction of every rate', () => {
    const texts = JSON.stringify(workbook.getWorksheet('Giải thích')!.getSheetValues());
    for (const fraction of ['Đã ký duyệt / Phải có: (6)/(3)', 'Kho tiếp nhận / Đã ký duyệt: (10)/(6)', '(16)/[(3)-(12)-(13)]']) assert.ok(texts.includes(fraction), fraction);
    assert.match(texts, /HỌC BẠ CHƯA XONG: (\d+\.\d{3}).*Chờ GVCN rà soát: \1 học bạ, bước GVCN rà soát, đến lượt GVCN/u, 'what is open says where it stands and whose turn it is');
  });

  test('simulated data are marked on every sheet, real data nowhere', async () => {
    const marks = (book: ExcelJS.Workbook): boolean[] => book.worksheets.map((each) => JSON.stringify(each.getSheetValues()).includes('DỮ LIỆU MÔ PHỎNG'));
    assert.deepEqual(marks(workbook), [true, true, true, true]);
    assert.deepEqual(marks(await openBook(await writeProgressReport(exampleReport(), { sandbox: false }))), [false, false, false, false]);
  });

  test('a campaign with nobody held, who came or who left still gives sheets that agree', async () => {
    const empty = await openBook(await writeProgressReport(reportOf([{ name: 'Xã Trống', schools: [{ name: 'Trường', classes: [{ expected: 3, signed: 3, accepted: 3 }] }] }]), { sandbox: false }));
    for (const name of ['Chưa đủ điều kiện', 'Biến động']) assert.match(JSON.stringify(empty.getWorksheet(name)!.getSheetValues()), /"result":"Khớp với cột/u, name);
    assert.deepEqual([7, 8, 9, 10].map((row) => valueOf(empty.getWorksheet('Biến động')!.getCell(row, 6))), [3, 0, 0, 3]);
  });
});

describe('a sum over rows', () => {
  test('is a range for neighbours, a list otherwise, and stays within what SUM takes', () => {
    assert.equal(sumFormula('C', []), null);
    assert.equal(sumFormula('C', [7]), 'SUM(C7:C7)');
    assert.equal(sumFormula('C', [7, 8, 9]), 'SUM(C7:C9)');
    assert.equal(sumFormula('C', [7, 9]), 'SUM(C7,C9)');
    const many = sumFormula('C', Array.from({ length: 450 }, (_, index) => 10 + 2 * index))!;
    assert.equal(many.match(/SUM/g)?.length, 4);
    assert.ok(many.length < 8_192);
  });
});
