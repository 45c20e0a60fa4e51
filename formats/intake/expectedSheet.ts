import type { PlainDate } from '../../domain/brand.js';
import type { Sex } from '../../domain/record.js';
import type { Cell } from '../workbook/cell.js';
import { parsePersonalNumber } from '../workbook/code.js';
import type { TableColumn, TableSpec } from '../workbook/table.js';
import { choiceColumn, codeColumn, dateColumn, orNull, personalNumberColumn, textColumn, wholeColumn } from '../workbook/tableColumn.js';
import { cleanText } from '../workbook/text.js';
import { bad, fine, type Parsed } from '../workbook/value.js';
import { SEX_NAMES } from '../workbook/sexNames.js';
import type { ExpectedRow } from './expected.js';

const sex = choiceColumn<Sex>({ label: 'Giới tính', synonyms: ['Giới'], width: 9 }, SEX_NAMES, [['M', 'male'], ['F', 'female']]);
const birthDate = dateColumn({ label: 'Ngày sinh', synonyms: ['Ngày tháng năm sinh', 'Ngày, tháng, năm sinh'], width: 13 });
const number = personalNumberColumn({ label: 'Số định danh cá nhân', synonyms: ['Số CCCD', 'Số định danh', 'CCCD', 'Số căn cước'], width: 18 });

/** A number cell that lost its zeros comes back when sex and birth year of the same row prove it. */
const pupilNumber: TableColumn<string> = {
  ...number,
  parse(cell, context) {
    if (cell.kind !== 'number') return number.parse(cell, context);
    const value = <T>(key: string, column: TableColumn<T>): T | undefined => {
      const sibling: Cell | undefined = context.sibling(key);
      const parsed: Parsed<T> | null = sibling === undefined ? null : column.parse(sibling, context);
      return parsed?.ok === true ? parsed.value : undefined;
    };
    const [ownSex, born] = [value<Sex>('sex', sex), value<PlainDate>('birthDate', birthDate)];
    const parsed = parsePersonalNumber(cell, { ...(ownSex === undefined ? {} : { sex: ownSex }), ...(born === undefined ? {} : { birthDate: born }) });
    return parsed.ok && parsed.value.length !== 12 ? bad('personal-number-shape', 'Số định danh phải có đúng 12 chữ số.') : parsed;
  },
};

const className = textColumn({ label: 'Lớp', synonyms: ['Tên lớp'], width: 9 });

export const EXPECTED: TableSpec<ExpectedRow> = {
  sheetName: 'Học sinh',
  title: 'DANH SÁCH HỌC SINH DỰ KIẾN PHÁT HÀNH HỌC BẠ SỐ',
  columns: {
    schoolCode: codeColumn({ label: 'Mã trường', width: 13 }),
    className: { ...className, parse: (cell, context) => {
      const parsed = className.parse(cell, context);
      return parsed.ok ? fine(cleanText(parsed.value.replace(/^lớp /i, ''))) : parsed;
    } },
    grade: wholeColumn({ label: 'Khối', synonyms: ['Khối lớp'], width: 7 }, 1, 5),
    teacherNumber: personalNumberColumn({ label: 'Số định danh GVCN', synonyms: ['Số CCCD GVCN', 'GVCN', 'Số định danh giáo viên chủ nhiệm'], width: 18 }),
    pupilCode: codeColumn({ label: 'Mã học sinh', synonyms: ['Mã HS', 'Mã định danh HS'], width: 16 }),
    fullName: textColumn({ label: 'Họ và tên', synonyms: ['Họ tên', 'Họ và tên học sinh'], width: 28 }),
    birthDate,
    sex,
    ethnicity: textColumn({ label: 'Dân tộc', width: 11 }),
    nationality: textColumn({ label: 'Quốc tịch', width: 12 }),
    personalNumber: orNull(pupilNumber),
    note: orNull(textColumn({ label: 'Ghi chú tình trạng', synonyms: ['Ghi chú', 'Tình trạng'], width: 28 })),
  },
};
