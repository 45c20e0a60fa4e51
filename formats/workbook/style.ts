import type { Borders, Fill, Font, Worksheet } from 'exceljs';

/** One look for every workbook that people fill in: the font of administrative documents, thin rules, grey heads. */
export const FONT: Partial<Font> = { name: 'Times New Roman', size: 11 };
export const BOLD: Partial<Font> = { ...FONT, bold: true };
export const TITLE: Partial<Font> = { ...FONT, bold: true, size: 14 };
export const BORDER: Partial<Borders> = { top: { style: 'thin' }, left: { style: 'thin' }, bottom: { style: 'thin' }, right: { style: 'thin' } };
export const HEAD_FILL: Fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFDDE6EF' } };
export const ERROR_FILL: Fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFFFC7CE' } };
export const WARNING_FILL: Fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFFFEB9C' } };
export const TEXT_FORMAT = '@';
export const DATE_FORMAT = 'dd/mm/yyyy';

/** Paper size 9 of SpreadsheetML is A4. */
const A4 = 9;

/** @param titles repeated on every printed page: rows `5:7` and columns `A:D` */
export function landscapeA4(sheet: Worksheet, titles: { rows?: string; columns?: string; onePageWide: boolean }): void {
  sheet.pageSetup = {
    paperSize: A4, orientation: 'landscape', pageOrder: 'overThenDown',
    margins: { left: 0.4, right: 0.4, top: 0.5, bottom: 0.5, header: 0.2, footer: 0.2 },
    ...(titles.onePageWide ? { fitToPage: true, fitToWidth: 1, fitToHeight: 0 } : { scale: 70 }),
    ...(titles.rows === undefined ? {} : { printTitlesRow: titles.rows }),
    ...(titles.columns === undefined ? {} : { printTitlesColumn: titles.columns }),
  };
  sheet.headerFooter.oddFooter = '&L&A&RTrang &P/&N';
}

/** A day as Excel's own date: exceljs counts in UTC, so midnight UTC is that day whatever the machine's zone. */
export const excelDay = (date: string): Date => new Date(`${date}T00:00:00Z`);

/** Sheet names hold at most 31 characters and none of `\ / ? * [ ] :`, nor an apostrophe at an end. */
export const sheetName = (name: string): string => name.replace(/[\\/?*[\]:]/g, '-').replace(/^'|'$/g, '').slice(0, 31);

/**
 * Validations over whole areas. exceljs has `worksheet.dataValidations.add(area, …)` but its types leave it out; setting it
 * cell by cell costs a hundred times more on a province's list.
 */
export function validateArea(sheet: Worksheet, area: string, formulae: string[], hint: { title: string; error: string }): void {
  const { dataValidations } = sheet as unknown as { dataValidations: { add(area: string, validation: object): void } };
  dataValidations.add(area, {
    type: 'list', allowBlank: true, formulae, showErrorMessage: true, errorStyle: 'stop', errorTitle: hint.title, error: hint.error,
  });
}
