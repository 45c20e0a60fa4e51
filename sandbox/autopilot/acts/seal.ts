import { z } from 'zod';
import type { Staff } from '../../province/province.js';
import { wellTold, type Look, type Town } from '../town.js';
import { confirmAtOnce, confirmOnPhone } from './confirm.js';
import { batch, isWaiting, openDecision, signable, signingClass } from './shapes.js';
import { isReadyTogether } from './together.js';

const page = z.object({
  sheet: z.object({ classes: z.array(signingClass), batches: z.array(batch), decision: openDecision }), mine: z.array(signable),
  actions: z.object({ seal: z.object({ blocked: z.string().nullable() }) }),
});

/** The clerk puts the school's seal on everything approved; the seal's account has a phone of its own. */
export async function sealClasses(town: Town, clerk: Staff, schoolCode: string): Promise<Look> {
  const visitor = town.visitor(clerk.code);
  const path = `/truong/${schoolCode}/ky-so`;
  const { sheet, mine, actions } = await visitor.page(path, page);
  const own = sheet.batches.filter(({ classNames }) => !classNames.some((name) => town.isLeft('seal', schoolCode, name)));
  if (await confirmOnPhone(town, town.school(schoolCode).seal, own) === 'busy' || isWaiting(sheet.decision)) return 'busy';
  const chosen = mine.filter(({ className }) => !town.isLeft('seal', schoolCode, className));
  if (actions.seal.blocked !== null) town.diary.problem(schoolCode, clerk.code, `ký số phát hành: ${actions.seal.blocked}`);
  if (chosen.length === 0 || actions.seal.blocked !== null || !isReadyTogether(town, 'seal', schoolCode, sheet.classes)) return 'idle';
  const tasks = chosen.map(({ task }) => task).sort();
  return confirmAtOnce(town, town.school(schoolCode).seal, wellTold(town, { schoolCode, who: clerk.code }, 'ký số phát hành', await visitor.tell(`${path}/ky`, { decisionId: town.decisionId('seal', ...tasks), task: tasks })));
}
