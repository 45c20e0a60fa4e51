import type { PupilRecord } from '../../domain/record.js';
import { rosterDifferences } from '../../domain/rosterDifferences.js';
import type { CardRecordRow, ExpectedClassRow, FaultRow, UploadClassRow } from '../../db/upload/reading.js';
import type { SubmittedRow } from '../../db/upload/submitted.js';
import type { RosterClass } from '../../formats/roster/reading.js';

/**
 * What an upload means for each class it holds. A class without errors is accepted even when another has some; where cards exist, the
 * differences are shown first; what the teacher has signed is never changed by an upload.
 * @param withoutCard rows of held and exempt pupils as last handed in
 */
export function judgeClasses(read: readonly RosterClass[], expected: readonly ExpectedClassRow[], cards: readonly CardRecordRow[], withoutCard: readonly SubmittedRow[]): UploadClassRow[] {
  return expected.flatMap((one): UploadClassRow[] => {
    const found = read.find((candidate) => candidate.name === one.name);
    if (found === undefined) return [];
    const errors = found.faults.filter((fault) => fault.severity === 'error').length;
    const base = { classId: one.classId, classVersion: one.version, pupils: found.pupils, errors };
    if (errors > 0) return [{ ...base, outcome: 'errors', records: null, differences: null }];
    const own = cards.filter((card) => card.classId === one.classId);
    if (own.length === 0) return [{ ...base, outcome: 'accepted', records: found.records, differences: null }];
    return [{ ...base, ...compare(found.records, own, one, withoutCard.filter((row) => row.classId === one.classId)) }];
  });
}

function compare(records: readonly PupilRecord[], cards: readonly CardRecordRow[], one: ExpectedClassRow, kept: readonly SubmittedRow[]): Pick<UploadClassRow, 'outcome' | 'records' | 'differences'> {
  const code = (record: PupilRecord): string => record.identity.pupilCode;
  const before = [
    ...cards.map((card) => ({ record: card.record as PupilRecord, locked: card.state !== 'drafted' || one.busy })),
    ...kept.map((row) => ({ record: row.record as PupilRecord, locked: false })),
  ];
  const uploaded = new Map(records.map((record) => [code(record), record]));
  // Held and exempt pupils have no card: their rows are new only when something ended the hold.
  const withoutCard = new Set(one.pupils.filter((pupil) => pupil.status !== 'expected').map((pupil) => pupil.pupilCode));
  const known = new Set(before.map(({ record }) => code(record)));
  const arrived = records.filter((record) => !known.has(code(record)) && (!withoutCard.has(code(record)) || record.identity.personalNumber !== null && isWaitingForNumber(one, code(record))));
  const of = (locked: boolean) => {
    const mine = before.filter((card) => card.locked === locked).map((card) => card.record);
    return rosterDifferences(mine, mine.map((record) => uploaded.get(code(record))).filter((record) => record !== undefined));
  };
  const [lockedChanges, openChanges] = [of(true), [...of(false), ...rosterDifferences([], arrived)]];
  if (lockedChanges.length > 0) return { outcome: 'reviewed', records: null, differences: lockedChanges };
  // A class the teacher sent back needs somebody's word that it is right as it was: without it, it could never go on.
  return openChanges.length === 0 && !one.returned ? { outcome: 'unchanged', records: null, differences: null } : { outcome: 'differs', records, differences: openChanges };
}

const isWaitingForNumber = (one: ExpectedClassRow, pupilCode: string): boolean =>
  one.pupils.some((pupil) => pupil.pupilCode === pupilCode && pupil.status === 'held' && pupil.personalNumber === null);

/** Faults that are not a cell's: the teacher has signed, or the class is not of this school. */
export function reviewedFaults(classes: readonly UploadClassRow[], expected: readonly ExpectedClassRow[]): FaultRow[] {
  return classes.filter((one) => one.outcome === 'reviewed').map((one) => {
    const name = expected.find((candidate) => candidate.classId === one.classId)?.name ?? '';
    return {
      sheet: name, cell: '', column: '', rule: 'class-reviewed', severity: 'error', className: name, pupilCode: null,
      message: `Lớp ${name} đã được GVCN ký xác nhận nên không thay dữ liệu bằng tệp được. GVCN hoặc hiệu trưởng trả lại lớp trước, rồi nộp lại.`,
    };
  });
}
