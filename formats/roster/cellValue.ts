import type { PupilIdentity, PupilRecord } from '../../domain/record.js';
import { excelDay } from '../workbook/style.js';
import type { RosterColumn } from './columns.js';
import { SEX_NAMES } from '../workbook/sexNames.js';
import { yesNo } from './words.js';

/** What is known of a pupil when the template is written: at least code and name. */
export type TemplatePupil = Pick<PupilIdentity, 'pupilCode' | 'fullName'> & Partial<PupilIdentity>;

/** One value of a record as the workbook shows it; null leaves the cell blank. */
export function recordValue(record: PupilRecord, key: RosterColumn): string | number | Date | null {
  const [area, code = '', part] = key.split('.');
  const { summary } = record;
  switch (area) {
    case 'identity': return identityValue(record.identity, key);
    case 'attendance': return record.attendance[code as keyof PupilRecord['attendance']];
    case 'body': return Number(record.body[code as keyof PupilRecord['body']]);
    case 'subjects': return record.subjects.find((one) => one.subject === code)?.[part as 'level' | 'test'] ?? null;
    case 'competences': return record.competences[code as keyof PupilRecord['competences']];
    case 'qualities': return record.qualities[code as keyof PupilRecord['qualities']];
    case 'remarks': return record.remarks[code as keyof PupilRecord['remarks']];
    case 'summary': {
      const value = summary[code as keyof PupilRecord['summary']];
      return typeof value === 'boolean' ? yesNo(value) : value;
    }
    default: return null;
  }
}

export function identityValue(identity: TemplatePupil, key: RosterColumn): string | Date | null {
  const value = identity[key.slice('identity.'.length) as keyof PupilIdentity] ?? null;
  if (value === null || !key.startsWith('identity.')) return null;
  if (key === 'identity.sex') return SEX_NAMES[value as keyof typeof SEX_NAMES];
  return key === 'identity.birthDate' ? excelDay(value) : value;
}
