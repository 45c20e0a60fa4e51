import { classKey, sameName } from '../workbook/text.js';
import { faultAt, wholeFault, type ReadClass, type ReadPupil } from './place.js';
import type { ExpectedClass, ExpectedPupil, RosterFault } from './reading.js';

type Known = { pupil: ExpectedPupil; className: string };

const vnDate = (date: string): string => date.split('-').reverse().join('/');

/**
 * Holds the classes against the list frozen at launch. A pupil who is not on it, or who is missing, is an error: only a
 * movement approved by the Sở changes the list. Faults are pushed onto the class they belong to.
 * @returns faults of no class: classes of the list for which the upload has nothing (a warning, since parts may come apart)
 */
export function compareWithExpected(classes: readonly ReadClass[], expectedClasses: readonly ExpectedClass[]): RosterFault[] {
  const byCode = new Map<string, Known>();
  const byNumber = new Map<string, Known>();
  for (const { name, pupils } of expectedClasses) {
    for (const pupil of pupils) {
      byCode.set(pupil.pupilCode, { pupil, className: name });
      if (pupil.personalNumber !== null) byNumber.set(pupil.personalNumber, { pupil, className: name });
    }
  }
  for (const one of classes) {
    const expected = expectedClasses.find((other) => classKey(other.name) === classKey(one.name));
    if (expected === undefined) {
      one.faults.push(wholeFault(one.place.sheet, { rule: 'class-unknown', message: `Lớp "${one.name}" không có trong danh sách đã chốt của trường.` }));
      continue;
    }
    for (const pupil of one.pupils) one.faults.push(...pupilFaults(pupil, one, byCode, byNumber));
    one.faults.push(...missingFaults(one, expected));
  }
  return expectedClasses
    .filter((expected) => expected.pupils.length > 0 && !classes.some((one) => classKey(one.name) === classKey(expected.name)))
    .map((expected) => wholeFault('', { rule: 'class-missing', message: `Tệp không có lớp ${expected.name} (${expected.pupils.length} học sinh trong danh sách đã chốt).`, severity: 'warning' }));
}

function pupilFaults(pupil: ReadPupil, one: ReadClass, byCode: ReadonlyMap<string, Known>, byNumber: ReadonlyMap<string, Known>): RosterFault[] {
  if (pupil.pupilCode === undefined) return [];
  const fault = (field: string, rule: string, message: string, severity: RosterFault['severity'] = 'error') =>
    faultAt(pupil.place, field, pupil.pupilCode, { rule, message, severity });
  const known = byCode.get(pupil.pupilCode);
  if (known === undefined) {
    const meant = typeof pupil.personalNumber === 'string' ? byNumber.get(pupil.personalNumber) : undefined;
    const hint = meant === undefined ? 'Hãy kiểm tra mã, hoặc đề nghị Sở ghi biến động chuyển đến.' : `Số định danh của dòng này thuộc học sinh có mã ${meant.pupil.pupilCode}, lớp ${meant.className}.`;
    return [fault('identity.pupilCode', 'pupil-unknown', `Mã học sinh ${pupil.pupilCode} không có trong danh sách đã chốt của trường. ${hint}`)];
  }
  if (classKey(known.className) !== classKey(one.name)) {
    return [fault('identity.pupilCode', 'pupil-other-class', `Học sinh mã ${pupil.pupilCode} thuộc lớp ${known.className} trong danh sách đã chốt, không phải lớp ${one.name}.`)];
  }
  return differences(pupil, known.pupil, fault);
}

/** Name and birth date may be corrected one at a time; both wrong at once means that the row belongs to another pupil. */
function differences(pupil: ReadPupil, expected: ExpectedPupil, fault: (field: string, rule: string, message: string, severity?: RosterFault['severity']) => RosterFault): RosterFault[] {
  const faults: RosterFault[] = [];
  const name = pupil.fullName !== undefined && !sameName(pupil.fullName, expected.fullName);
  const birth = pupil.birthDate !== undefined && pupil.birthDate !== expected.birthDate;
  if (name && birth) {
    return [fault('identity.fullName', 'row-of-another-pupil', `Cả họ tên và ngày sinh đều khác danh sách đã chốt (${expected.fullName}, ${vnDate(expected.birthDate)}); dòng này có thể đã bị lệch.`)];
  }
  if (name) faults.push(fault('identity.fullName', 'name-differs', `Danh sách đã chốt ghi họ tên "${expected.fullName}". Hãy kiểm tra.`, 'warning'));
  if (birth) faults.push(fault('identity.birthDate', 'birth-date-differs', `Danh sách đã chốt ghi ngày sinh ${vnDate(expected.birthDate)}. Hãy kiểm tra.`, 'warning'));
  if (pupil.personalNumber !== undefined && expected.personalNumber !== null && pupil.personalNumber !== expected.personalNumber) {
    faults.push(pupil.personalNumber === null
      ? fault('identity.personalNumber', 'personal-number-differs', 'Ô trống, nhưng danh sách đã chốt có số định danh của học sinh này. Hãy điền số định danh.')
      : fault('identity.personalNumber', 'personal-number-differs', `Số định danh khác danh sách đã chốt (số đã chốt kết thúc bằng ${expected.personalNumber.slice(-4)}).`));
  }
  return faults;
}

function missingFaults(one: ReadClass, expected: ExpectedClass): RosterFault[] {
  const present = new Set(one.pupils.map((pupil) => pupil.pupilCode));
  return expected.pupils.filter((pupil) => !present.has(pupil.pupilCode)).map((pupil) => ({
    ...faultAt(one.place, 'identity.pupilCode', pupil.pupilCode, {
      rule: 'pupil-missing',
      message: `Thiếu học sinh ${pupil.fullName} (mã ${pupil.pupilCode}) có trong danh sách đã chốt. Hãy thêm dòng, hoặc đề nghị Sở ghi biến động.`,
    }),
  }));
}
