import type { CardContext } from '../card.js';
import type { CardState } from '../cardState.js';
import type { PupilRecord } from '../record.js';

/** One card as a person reads it (spec §6). `context` is what was signed; before the teacher's signature it is null and the rest stands in. */
export type Rendition = {
  cardId: string; version: number; state: CardState; record: PupilRecord; context: CardContext | null;
  schoolCode: string; schoolName: string; communeName: string; provinceName: string; schoolYear: string;
  classId: string; className: string; grade: number; teacherId: string | null; teacherName: string | null;
  teacherSignedAt: Date | null; principalSignedAt: Date | null; sealedAt: Date | null;
  /** Neighbours in the class list, for reading card after card. */
  previousId: string | null; nextId: string | null;
};
