import { classKey } from '../workbook/text.js';
import { faultAt, type ReadClass, type ReadPupil } from './place.js';
import type { ExpectedClass } from './reading.js';

/** Rows of one code or number that are told of each other; who has more of them has another trouble. */
const MOST_ROWS = 20;

type Occurrence = { one: ReadClass; pupil: ReadPupil };

/**
 * The same code or personal number on two rows. Within a class both rows are marked. Across classes the class that the
 * expected list gives the pupil to stays free, so that another class's mistake does not block it.
 */
export function markDuplicates(classes: readonly ReadClass[], expectedClasses: readonly ExpectedClass[] | null): void {
  const home = new Map<string, string>();
  for (const { name, pupils } of expectedClasses ?? []) for (const pupil of pupils) home.set(pupil.pupilCode, classKey(name));
  mark(classes, 'pupilCode', home);
  mark(classes, 'personalNumber', home);
}

function mark(classes: readonly ReadClass[], field: 'pupilCode' | 'personalNumber', home: ReadonlyMap<string, string>): void {
  const seen = new Map<string, Occurrence[]>();
  for (const one of classes) {
    for (const pupil of one.pupils) {
      const value = pupil[field];
      if (typeof value !== 'string' || value === '') continue;
      const group = seen.get(value);
      if (group === undefined) seen.set(value, [{ one, pupil }]);
      else if (group.length < MOST_ROWS) group.push({ one, pupil });
    }
  }
  for (const group of seen.values()) {
    if (group.length < 2) continue;
    for (const { one, pupil } of group) {
      const others = group.filter((other) => other.pupil !== pupil);
      const twiceHere = others.some((other) => other.one === one);
      const atHome = pupil.pupilCode !== undefined && home.get(pupil.pupilCode) === classKey(one.name);
      // Two rows of one pupil share code and number; the code's fault says enough.
      const sameCode = field === 'personalNumber' && others.every((other) => other.pupil.pupilCode === pupil.pupilCode);
      if (sameCode || (atHome && !twiceHere && others.every((other) => home.get(other.pupil.pupilCode ?? '') !== classKey(other.one.name)))) continue;
      const places = others.map((other) => describePlace(other, field)).join(', ');
      one.faults.push(faultAt(pupil.place, `identity.${field}`, pupil.pupilCode, {
        rule: field === 'pupilCode' ? 'duplicate-pupil' : 'duplicate-number',
        message: `${field === 'pupilCode' ? 'Mã học sinh' : 'Số định danh'} này còn đứng ở ${places}; mỗi học sinh chỉ được một dòng.`,
      }));
    }
  }
}

function describePlace({ one, pupil }: Occurrence, field: string): string {
  const { cell } = pupil.place.at(`identity.${field}`);
  return pupil.place.sheet === '' ? `lớp ${one.name} (${cell})` : `ô ${cell} trang "${pupil.place.sheet}"`;
}
