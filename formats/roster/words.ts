import { OVERALL_RESULTS, type OverallResult, type Sex, type SubjectLevel, type TraitLevel } from '../../domain/record.js';
import { Words } from '../workbook/value.js';

/** Words a clerk may write for a coded value. */
export const LEVEL_WORDS = new Words<SubjectLevel>([['T', ['T', 'Hoàn thành tốt', 'HTT', 'Tốt']], ['H', ['H', 'Hoàn thành', 'HT']], ['C', ['C', 'Chưa hoàn thành', 'CHT']]]);
export const TRAIT_WORDS = new Words<TraitLevel>([['T', ['T', 'Tốt']], ['Đ', ['Đ', 'Đạt']], ['C', ['C', 'Cần cố gắng', 'CCG']]]);
export const RESULT_WORDS = new Words<OverallResult>(
  (Object.entries(OVERALL_RESULTS) as [OverallResult, string][]).map(([code, name]) => [code, [code, name, ...(code === 'HTXS' ? ['Xuất sắc', 'HTXSNV'] : [])]]),
);
export const SEX_WORDS = new Words<Sex>([['male', ['Nam', 'M']], ['female', ['Nữ', 'F']]]);
export const YES_NO_WORDS = new Words<boolean>([
  [true, ['Có', 'x', '1', 'TRUE', 'Rồi', 'Được lên lớp', 'Lên lớp', 'Được', 'Hoàn thành', 'Đã hoàn thành', 'HT']],
  [false, ['Không', '0', 'FALSE', 'Chưa', 'Chưa được lên lớp', 'Chưa lên lớp', 'Chưa hoàn thành', 'CHT', 'Ở lại lớp']],
]);

export const yesNo = (value: boolean): string => (value ? 'Có' : 'Không');
