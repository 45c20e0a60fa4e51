/**
 * What becomes of a class by the day of the report. All but `accepted` lie in a state without a principal's signature, each for a
 * reason that the field knows; the campaign stays open for them.
 */
export const FATES = [
  /** Signed by the principal, sealed, accepted by the Kho (pupils whom something holds apart). */
  'accepted',
  /** The school is late: nothing was uploaded. */
  'notUploaded',
  /** The clerk's workbook has faults in this class, and no corrected one came. */
  'faulty',
  /** The teacher found wrong rows and gave the class back to the clerk. */
  'returnedToClerk',
  /** The head gave the class back to its teacher. */
  'returnedToTeacher',
  /** Reviewed by its teacher; the head has not signed. */
  'notApproved',
  /** The school issues on paper until its roadmap date. */
  'paper',
] as const;
export type Fate = (typeof FATES)[number];

/** Why a school of the last fate does so. */
export const PAPER_REASON = 'Trường chưa có đường truyền; dùng học bạ giấy theo lộ trình của Sở.';

/** Shares of all pupils, as in the report of the field's first campaign where everybody without a signature had one of these reasons. */
export const SHARES = {
  notUploaded: 0.072, paper: 0.0105, notApproved: 0.034, returnedToTeacher: 0.0165, returnedToClerk: 0.0135, faulty: 0.024,
} as const satisfies Record<Exclude<Fate, 'accepted'>, number>;
/** Fates of a whole school; the others are single classes of a school that has others accepted. */
export const SCHOOL_FATES = ['notUploaded', 'paper', 'notApproved'] as const satisfies readonly Fate[];
export const CLASS_FATES = ['returnedToTeacher', 'returnedToClerk', 'faulty'] as const satisfies readonly Fate[];
