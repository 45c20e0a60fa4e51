import type { ExpectedIdentity } from '../../domain/expectedPupil.js';
import { HOLDS_NUMBER } from '../cards/numbers.js';
import { row, type Db } from '../connect.js';

export type ListedPlace = { schoolName: string; className: string };
/** Where somebody with this code, or with this number, stands in the campaign's list without having left; undefined when nobody does. */
export const whereListed = (db: Db, input: { campaignId: string; by: 'code' | 'number'; value: string | null }): Promise<ListedPlace | undefined> => row<ListedPlace>(db, `
  SELECT s.name AS "schoolName", k.name AS "className" FROM expected_pupil o JOIN class k ON k.id = o.class_id JOIN school s ON s.code = o.school_code
  WHERE o.campaign_id = :campaignId AND ${HOLDS_NUMBER} AND ${input.by === 'code' ? 'o.pupil_code' : 'o.personal_number'} = :value LIMIT 1`, { campaignId: input.campaignId, value: input.value });

/** Who a pupil is that left this class by a movement, as the list has it; undefined for anybody else. */
export const leftPupil = (db: Db, input: { classId: string; pupilId: string }): Promise<ExpectedIdentity | undefined> => row<ExpectedIdentity>(db, `
  SELECT pupil_code AS "pupilCode", full_name AS "fullName", birth_date AS "birthDate", sex, ethnicity, nationality, personal_number AS "personalNumber"
  FROM expected_pupil WHERE id = :pupilId AND class_id = :classId AND status = 'excluded'`, input);
