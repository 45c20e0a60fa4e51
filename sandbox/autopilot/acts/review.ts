import { z } from 'zod';
import type { Staff } from '../../province/province.js';
import { wellTold, type Look, type Town } from '../town.js';
import { confirmOnPhone } from './confirm.js';
import { batch, isWaiting, openDecision } from './shapes.js';

const page = z.object({
  sheet: z.object({ task: z.object({ id: z.string(), version: z.number() }).nullable(), batch: batch.nullable(), decision: openDecision, toSign: z.number() }),
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
  return wellTold(town, { schoolCode: one.schoolCode, who: teacher.code }, 'ký xác nhận lớp', await visitor.tell(`${path}/ky`, { decisionId: town.decisionId('review', id, version), task: `${id}:${version}` }));
}
