import {
  COMPETENCE_CODES, COMPETENCES, QUALITIES, QUALITY_CODES, SUBJECTS, type PupilRecord, type SubjectResult,
} from './record.js';

/**
 * Rows a homeroom teacher should look at before signing a class. None of these breaks a rule (`recordRules` refuses those): each is a
 * place where slips are common, so the pupil comes first in the list and the reason is said. Pure; thresholds are our own experience
 * values, no circular names them.
 */
export type OddRule =
  | 'not-promoted' | 'near-excellent' | 'near-fail' | 'level-against-test' | 'large-drop' | 'many-absences' | 'weak-trait'
  | 'copied-remark' | 'short-remark' | 'award-against-result' | 'unusual-body';

export type OddReason = { rule: OddRule; /** One Vietnamese sentence, shown beside the pupil. */ sentence: string };
export type OddRow = { index: number; reasons: OddReason[]; weight: number };

/** About one school day a week over a half-year. */
const MANY_ABSENCES = 20;
const MANY_UNEXCUSED = 5;
/** Points between one test and the middle of the pupil's other tests. */
const LARGE_DROP = 4;
/** "Tốt." says nothing about a pupil. */
const SHORT_REMARK = 15;
const BODY = { weightKg: [12, 80], heightCm: [90, 175] } as const;

/** How far up a reason lifts a pupil; a result that costs a year comes before a short remark. */
const WEIGHT = {
  'not-promoted': 100, 'level-against-test': 60, 'award-against-result': 50, 'near-fail': 40, 'near-excellent': 30, 'large-drop': 30,
  'weak-trait': 25, 'many-absences': 20, 'copied-remark': 15, 'unusual-body': 10, 'short-remark': 5,
} as const satisfies Record<OddRule, number>;

/** Reasons of every record of one class, by its place in `records`; weight 0 means nothing to remark. */
export function oddRows(records: readonly PupilRecord[]): OddRow[] {
  const copied = copiedRemarks(records);
  return records.map((record, index) => {
    const reasons = [
      ...resultReasons(record), ...subjectReasons(record), ...traitReasons(record), ...absenceReasons(record), ...remarkReasons(record, copied),
      ...bodyReasons(record),
    ];
    return { index, reasons, weight: reasons.reduce((sum, { rule }) => sum + WEIGHT[rule], 0) };
  });
}

/** What holds for the class as a whole, e.g. one remark for nearly everybody. */
export function oddClass(records: readonly PupilRecord[]): string[] {
  const notes: string[] = [];
  const common = mostCommon(records.map((record) => fold(record.remarks.teacher)));
  if (records.length >= 6 && common > records.length / 2) notes.push(`${common} trên ${records.length} học sinh có cùng một lời nhận xét của GVCN.`);
  const results = new Set(records.map((record) => record.summary.result));
  if (records.length >= 6 && results.size === 1) notes.push(`Cả lớp cùng một kết quả ${[...results].join('')}.`);
  return notes;
}

const tested = (record: PupilRecord): (SubjectResult & { test: number })[] =>
  record.subjects.filter((subject): subject is SubjectResult & { test: number } => subject.test !== null);
const name = (subject: SubjectResult): string => SUBJECTS[subject.subject].name;

function resultReasons(record: PupilRecord): OddReason[] {
  const { result, promoted, award } = record.summary;
  const reasons: OddReason[] = [];
  if (result === 'CHT' || !promoted) reasons.push({ rule: 'not-promoted', sentence: 'Chưa hoàn thành, chưa được lên lớp: kiểm tra lại từng môn trước khi ký.' });
  const below = tested(record).filter((subject) => subject.test < 9);
  if (result === 'HTT' && below.length === 1 && below[0]!.test === 8) {
    reasons.push({ rule: 'near-excellent', sentence: `Chỉ thiếu 1 điểm ${name(below[0]!)} để đạt Hoàn thành xuất sắc.` });
  }
  const edge = tested(record).filter((subject) => subject.test === 5);
  if (result === 'HT' && edge.length >= 2) reasons.push({ rule: 'near-fail', sentence: `Điểm 5 ở ${edge.map(name).join(', ')}: sát mức chưa hoàn thành.` });
  if (result === 'CHT') {
    const close = tested(record).filter((subject) => subject.test < 5);
    if (close.length === 1 && close[0]!.test === 4) reasons.push({ rule: 'near-fail', sentence: `Chỉ thiếu 1 điểm ${name(close[0]!)} để hoàn thành.` });
  }
  if (award !== null && /xuất sắc/i.test(award) && result !== 'HTXS') reasons.push({ rule: 'award-against-result', sentence: 'Được khen Học sinh Xuất sắc nhưng kết quả không phải HTXS.' });
  if (award === null && result === 'HTXS') reasons.push({ rule: 'award-against-result', sentence: 'Kết quả HTXS nhưng chưa ghi khen thưởng.' });
  return reasons;
}

function subjectReasons(record: PupilRecord): OddReason[] {
  const reasons: OddReason[] = [];
  for (const subject of tested(record)) {
    const { level, test } = subject;
    if ((level === 'T' && test <= 6) || (level === 'H' && (test < 5 || test === 10)) || (level === 'C' && test >= 5)) {
      reasons.push({ rule: 'level-against-test', sentence: `${name(subject)}: mức ${level} nhưng điểm ${test}.` });
    }
    const others = tested(record).filter((other) => other !== subject).map((other) => other.test).sort((a, b) => a - b);
    const middle = others[Math.floor(others.length / 2)];
    if (middle !== undefined && middle - test >= LARGE_DROP) reasons.push({ rule: 'large-drop', sentence: `${name(subject)}: ${test} điểm, thấp hơn hẳn các môn khác (khoảng ${middle}).` });
  }
  return reasons;
}

function traitReasons(record: PupilRecord): OddReason[] {
  const weak = [
    ...COMPETENCE_CODES.filter((code) => record.competences[code] === 'C').map((code) => COMPETENCES[code].name),
    ...QUALITY_CODES.filter((code) => record.qualities[code] === 'C').map((code) => QUALITIES[code]),
  ];
  return weak.length === 0 ? [] : [{ rule: 'weak-trait', sentence: `Cần cố gắng: ${weak.join(', ')}.` }];
}

function absenceReasons({ attendance: { excusedAbsences, unexcusedAbsences } }: PupilRecord): OddReason[] {
  if (excusedAbsences + unexcusedAbsences < MANY_ABSENCES && unexcusedAbsences < MANY_UNEXCUSED) return [];
  return [{ rule: 'many-absences', sentence: `Nghỉ ${excusedAbsences + unexcusedAbsences} buổi, ${unexcusedAbsences} không phép.` }];
}

function remarkReasons(record: PupilRecord, copied: ReadonlySet<string>): OddReason[] {
  const reasons: OddReason[] = [];
  const { teacher } = record.remarks;
  if (copied.has(fold(teacher))) reasons.push({ rule: 'copied-remark', sentence: 'Lời nhận xét của GVCN giống hệt bạn có kết quả khác.' });
  const short = [record.remarks.qualities, record.remarks.generalCompetences, record.remarks.specificCompetences, teacher].filter((text) => text.trim().length < SHORT_REMARK);
  if (short.length > 0) reasons.push({ rule: 'short-remark', sentence: `${short.length} lời nhận xét rất ngắn hoặc trống.` });
  return reasons;
}

function bodyReasons({ body }: PupilRecord): OddReason[] {
  const outside = (text: string, [least, most]: readonly [number, number]): boolean => !(Number(text) >= least && Number(text) <= most);
  if (!outside(body.weightKg, BODY.weightKg) && !outside(body.heightCm, BODY.heightCm)) return [];
  return [{ rule: 'unusual-body', sentence: `Cân nặng ${body.weightKg || 'trống'} kg, chiều cao ${body.heightCm || 'trống'} cm: xem lại số đo.` }];
}

/** Remarks given word for word to pupils of different results: one of them is likely pasted in the wrong row. */
function copiedRemarks(records: readonly PupilRecord[]): Set<string> {
  const results = new Map<string, Set<string>>();
  for (const { remarks, summary } of records) {
    const key = fold(remarks.teacher);
    if (key !== '') results.set(key, (results.get(key) ?? new Set<string>()).add(summary.result));
  }
  return new Set([...results].filter(([, seen]) => seen.size > 1).map(([key]) => key));
}

function mostCommon(texts: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const text of texts.filter((one) => one !== '')) counts.set(text, (counts.get(text) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}

const fold = (text: string): string => text.normalize('NFC').toLocaleLowerCase('vi').replace(/\s+/gu, ' ').trim();
