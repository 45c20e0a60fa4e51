import ExcelJS from 'exceljs';
import type { ProgressReport } from '../../domain/progress.js';
import { addDefinitionsSheet } from './definitionsSheet.js';
import { addHeldSheet } from './heldSheet.js';
import { addMovementSheet } from './movementSheet.js';
import { addProgressSheet } from './progressSheet.js';

/**
 * The progress report as an Excel workbook in the administrative layout (design §4): sheets "Tiến độ", "Giải thích", "Chưa đủ điều
 * kiện" and "Biến động". CPU work: 16 000 classes take seconds, so it belongs to the batch worker, not to a process that serves pages.
 * @param options `sandbox`: mark every sheet as simulated data; `by`: who asked for it
 */
export async function writeProgressReport(report: ProgressReport, options: { sandbox: boolean; by?: string }): Promise<Buffer> {
  const workbook = new ExcelJS.Workbook();
  workbook.creator = report.province.departmentName;
  workbook.title = 'Báo cáo tiến độ phát hành học bạ số';
  workbook.created = new Date(report.asOf);
  workbook.modified = new Date(report.asOf);
  const progress = addProgressSheet(workbook, report, options.sandbox);
  addDefinitionsSheet(workbook, report, options);
  addHeldSheet(workbook, report, progress, options.sandbox);
  addMovementSheet(workbook, report, progress, options.sandbox);
  return Buffer.from(await workbook.xlsx.writeBuffer());
}
