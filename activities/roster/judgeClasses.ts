import type { PupilRecord } from '../../domain/record.js';
import { rosterDifferences } from '../../domain/rosterDifferences.js';
import type { CardRecordRow, ExpectedClassRow, FaultRow, UploadClassRow } from '../../db/upload/reading.js';
import type { SubmittedRow } from '../../db/upload/submitted.js';
import type { RosterClass } from '../../formats/roster/reading.js';

/** `kept`: codes of pupils whose card is signed, or being signed, and whose row says something else; the row is not taken. */
export type JudgedClass = UploadClassRow & { kept: readonly string[] };

/**
 * What an upload means for each class it holds. A class without errors is accepted even when another has some; where cards exist, the
 * differences are shown first; what the teacher has signed is never changed by an upload.
 * @param withoutCard rows of held and exempt pupils as last handed in
 */
export function judgeClasses(read: readonly RosterClass[], expected: readonly ExpectedClassRow[], cards: readonly CardRecordRow[], withoutCard: readonly SubmittedRow[]): JudgedClass[] {
  return expected.flatMap((one): JudgedClass[] => {
    const found = read.find((candidate) => candidate.name === one.name);
    if (found === undefined) return [];
    const errors = found.faults.filter((fault) => fault.severity === 'error').length;
    const base = { classId: one.classId, classVersion: one.version, pupils: found.pupils, errors, kept: [] };
    if (errors > 0) return [{ ...base, outcome: 'errors', records: null, differences: null }];
    const own = cards.filter((card) => card.classId === one.classId);
    if (own.length === 0) return [{ ...base, outcome: 'accepted', records: found.records, differences: null }];
    return [{ ...base, ...compare(found.records, own, one, withoutCard.filter((row) => row.classId === one.classId)) }];
  });
}

function compare(records: readonly PupilRecord[], cards: readonly CardRecordRow[], one: ExpectedClassRow, withoutCardYet: readonly SubmittedRow[]): Pick<JudgedClass, 'outcome' | 'records' | 'differences' | 'kept'> {
  const code = (record: PupilRecord): string => record.identity.pupilCode;
  const before = [
    ...cards.map((card) => ({ record: card.record as PupilRecord, locked: card.state !== 'drafted' || one.busy })),
    ...withoutCardYet.map((row) => ({ record: row.record as PupilRecord, locked: false })),
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
  const kept = [...new Set(lockedChanges.map((change) => change.pupilCode))];
  // Whoever came when the others were signed gets in all the same: a sealed class can be sent back by nobody.
  if (kept.length > 0 && arrived.length > 0) return { outcome: 'differs', records: records.filter((record) => !kept.includes(code(record))), differences: openChanges, kept };
  if (kept.length > 0) return { outcome: 'reviewed', records: null, differences: lockedChanges, kept };
  // A class the teacher sent back needs somebody's word that it is right as it was: without it, it could never go on.
  return openChanges.length === 0 && !one.returned ? { outcome: 'unchanged', records: null, differences: null, kept } : { outcome: 'differs', records, differences: openChanges, kept };
}

/** So many codes tell a clerk where to look. */
const MOST_NAMED = 5;

const isWaitingForNumber = (one: ExpectedClassRow, pupilCode: string): boolean =>
  one.pupils.some((pupil) => pupil.pupilCode === pupilCode && pupil.status === 'held' && pupil.personalNumber === null);

/** Faults that are not a cell's: rows that differ from what has been signed. */
export function signedFaults(classes: readonly JudgedClass[], expected: readonly ExpectedClassRow[]): FaultRow[] {
  return classes.filter((one) => one.kept.length > 0).map((one): FaultRow => {
    const name = expected.find((candidate) => candidate.classId === one.classId)?.name ?? '';
    const place = { sheet: name, cell: '', column: '', className: name, pupilCode: null };
    return one.outcome === 'reviewed' ? {
      ...place, rule: 'class-reviewed', severity: 'error',
      message: `Lớp ${name} đã được GVCN ký xác nhận nên không thay dữ liệu bằng tệp được. GVCN hoặc hiệu trưởng trả lại lớp trước, rồi nộp lại.`,
    } : {
      ...place, rule: 'signed-rows-kept', severity: 'warning',
      message: `Lớp ${name}: dòng của ${one.kept.length} học sinh có học bạ đã ký hoặc đang chờ ký (mã ${one.kept.slice(0, MOST_NAMED).join(', ')}${one.kept.length > MOST_NAMED ? '…' : ''}) khác dữ liệu đã ký nên không được nhận; các dòng còn lại vẫn nhận.`,
    };
  });
}
