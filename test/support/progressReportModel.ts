import type { Instant } from '../../domain/brand.js';
import type { ClassProgress, HeldRow, OfficeProgress, ProgressReport, SchoolProgress } from '../../domain/progress.js';
import type { ProgressCounts } from '../../domain/rates.js';

export type ClassNumbers = { expected: number; signed: number; accepted: number; held?: number; exempt?: number };

/** Counts of one class from a few numbers: held and exempt pupils have no card, everybody signed is also received and sent. */
export function countsOf({ expected, signed, accepted, held = 0, exempt = 0 }: ClassNumbers): ProgressCounts {
  return {
    expected, collected: expected - held - exempt, reviewed: signed, signed, sealed: signed, received: signed, submitted: signed, accepted, refused: signed - accepted,
    missing: 0, held, exempt, excluded: 0, eligible: expected - held - exempt, eligibleSigned: signed, open: expected - held - exempt - accepted, waiting: expected - held - exempt - accepted, unexplained: 0,
  };
}

const sum = (parts: readonly { counts: ProgressCounts }[]): ProgressCounts => parts.reduce(
  (total, { counts }) => Object.fromEntries(Object.entries(total).map(([key, value]) => [key, value + counts[key as keyof ProgressCounts]])) as ProgressCounts,
  countsOf({ expected: 0, signed: 0, accepted: 0 }));

export type SchoolPlan = { name: string; exemptReason?: string; classes: readonly ClassNumbers[] };

/** A whole report by the same rule as the database: a level is the sum of the level below. */
export function reportOf(offices: readonly { name: string; schools: readonly SchoolPlan[] }[]): ProgressReport {
  const held: HeldRow[] = [];
  const tree: OfficeProgress[] = offices.map((office, officeIndex) => {
    const schools = office.schools.map((school, schoolIndex): SchoolProgress => {
      const schoolCode = `S${officeIndex}-${schoolIndex}`;
      const classes = school.classes.map((numbers, index): ClassProgress => {
        const className = `${(index % 5) + 1}A${index}`;
        const place = { officeCode: `O${officeIndex}`, officeName: office.name, schoolCode, schoolName: school.name, className };
        if ((numbers.held ?? 0) > 0) held.push({ kind: 'held', reason: index % 2 === 0 ? 'no_personal_number' : 'foreign_pupil', cards: numbers.held ?? 0, ...place });
        if ((numbers.exempt ?? 0) > 0) held.push({ kind: 'exempt', reason: school.exemptReason === undefined ? 'exempt_by_department' : 'school_exempt', cards: numbers.exempt ?? 0, ...place });
        return { classId: `${schoolCode}-${index}`, className, grade: (index % 5) + 1, counts: countsOf(numbers) };
      });
      return { schoolCode, schoolName: school.name, state: 'open', exemptReason: school.exemptReason ?? null, counts: sum(classes), classes };
    });
    return { officeCode: `O${officeIndex}`, officeName: office.name, counts: sum(schools), schools };
  });
  return {
    campaign: { schoolYear: '2025-2026', level: 'primary', cycle: 'main' },
    province: { name: 'Tỉnh Mô Phỏng', departmentName: 'Sở Giáo dục và Đào tạo tỉnh Mô Phỏng', placeOfIssue: 'Hoa Mẫu' },
    area: { officeName: null, schoolName: null }, asOf: '2026-06-20T10:00:00.000Z' as Instant,
    tree: { counts: sum(tree), offices: tree }, held, movements: [], remaining: [{ position: 'drafted', step: 'review', owned: true, cards: sum(tree).open }],
  };
}

const classes = (count: number, numbers: (index: number) => ClassNumbers): ClassNumbers[] => Array.from({ length: count }, (_, index) => numbers(index));

/** Two who came and three who left, under names that look like formulas. */
function withMovements(report: ProgressReport): ProgressReport {
  const place = { officeName: '=HYPERLINK("http://evil.example")', schoolCode: 'S1-0', schoolName: '+Trường "dấu cộng" <&>' };
  const { tree } = report;
  return {
    ...report, tree: { ...tree, counts: { ...tree.counts, excluded: 3 } },
    movements: [{ direction: 'in', reason: 'transfer_in', pupils: 1, ...place }, { direction: 'in', reason: 'omitted', pupils: 1, ...place }, { direction: 'out', reason: 'drop_out', pupils: 3, ...place }],
  };
}

/** Four areas with everything a report must bear: names that look like formulas, an exempt school, an empty one, rates near 0 and 100 %. */
export const exampleReport = (): ProgressReport => withMovements(reportOf([
  { name: 'Phường Hoa Mẫu', schools: [
    { name: 'Trường Tiểu học Hoa Mẫu 1', classes: classes(10, (index) => ({ expected: 30 + index, signed: 30, accepted: 29 })) },
    { name: 'Trường Tiểu học Hoa Mẫu 2', classes: classes(4, (index) => ({ expected: 32, signed: index * 8, accepted: index * 7, held: index === 0 ? 2 : 0 })) },
  ] },
  { name: '=HYPERLINK("http://evil.example")', schools: [
    { name: '+Trường "dấu cộng" <&>', classes: classes(2, () => ({ expected: 20_001, signed: 20_000, accepted: 1, held: 1 })) },
    { name: '-Trường dấu trừ', classes: [{ expected: 20_000, signed: 3, accepted: 3 }] },
    { name: '@Trường chưa có lớp', classes: [] },
  ] },
  { name: 'Xã Nà Sương', schools: [
    { name: 'Trường PTDTBT Tiểu học Nà Sương và các điểm trường lẻ ở những bản xa nhất của xã', exemptReason: 'Lộ trình', classes: [{ expected: 25, signed: 0, accepted: 0, exempt: 25 }] },
    { name: 'Trường Tiểu học Bản Lưng Trời', classes: [{ expected: 9, signed: 9, accepted: 9 }, { expected: 11, signed: 9, accepted: 9, held: 2 }] },
  ] },
  { name: 'Xã Kênh Mây', schools: [] },
]));
