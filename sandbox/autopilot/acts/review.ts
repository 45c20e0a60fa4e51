import { z } from 'zod';
import type { Staff } from '../../province/province.js';
import { wellTold, type Look, type Town } from '../town.js';
import { confirmAtOnce, confirmOnPhone } from './confirm.js';
import { batch, isWaiting, openDecision } from './shapes.js';

const page = z.object({
  sheet: z.object({ className: z.string(), returned: z.object({}).nullable(), pupils: z.array(z.object({ pupilId: z.string(), cardState: z.string().nullable() })), task: z.object({ id: z.string(), version: z.number() }).nullable(), batch: batch.nullable(), decision: openDecision, toSign: z.number() }),
  actions: z.object({ sign: z.object({ blocked: z.string().nullable() }) }),
});

/** A homeroom teacher reads the class's page and signs it; the phone does the rest. */
export async function reviewClass(town: Town, teacher: Staff, one: { schoolCode: string; classId: string }): Promise<Look> {
  const visitor = town.visitor(teacher.code);
  const path = `/lop/${one.classId}/ra-soat`;
  const { sheet, actions } = await visitor.page(path, page);
  if (await confirmOnPhone(town, teacher.signing, sheet.batch === null ? [] : [sheet.batch]) === 'busy' || isWaiting(sheet.decision)) return 'busy';
  if (actions.sign.blocked !== null) town.diary.problem(one.schoolCode, teacher.code, `ký xác nhận lớp: ${actions.sign.blocked}`);
  if (sheet.task === null || actions.sign.blocked !== null) return 'idle';
  const { id, version } = sheet.task;
  const fate = town.fate(one.schoolCode, sheet.className);
  // What the head gave back stays with its teacher.
  if (fate === 'returnedToTeacher' && sheet.returned !== null) return 'idle';
  if (fate === 'returnedToClerk') {
    const wrong = sheet.pupils.filter(({ cardState }) => cardState === 'drafted').slice(0, 2).map(({ pupilId }) => pupilId);
    return wellTold(town, { schoolCode: one.schoolCode, who: teacher.code }, 'báo sai', await visitor.tell(`${path}/bao-sai`, { decisionId: town.decisionId('report', id, version), task: `${id}:${version}`, pupil: wrong, reason: 'Điểm kiểm tra định kì của hai em bị đổi chỗ, đề nghị văn thư kiểm tra lại với sổ điểm.' }));
  }
  return confirmAtOnce(town, teacher.signing, wellTold(town, { schoolCode: one.schoolCode, who: teacher.code }, 'ký xác nhận lớp', await visitor.tell(`${path}/ky`, { decisionId: town.decisionId('review', id, version), task: `${id}:${version}` })));
}
