import { z } from 'zod';
import type { Staff } from '../../province/province.js';
import { wellTold, type Look, type Town } from '../town.js';
import { confirmAtOnce, confirmOnPhone } from './confirm.js';
import { batch, isWaiting, openDecision, signable, signingClass } from './shapes.js';
import { isReadyTogether } from './together.js';

const page = z.object({
  sheet: z.object({ classes: z.array(signingClass), batches: z.array(batch), decision: openDecision }), mine: z.array(signable),
});

/** A head or deputy gives one class back once, and approves all others by one approval when the last of them is reviewed. */
export async function approveClasses(town: Town, approver: Staff, schoolCode: string): Promise<Look> {
  const visitor = town.visitor(approver.code);
  const path = `/truong/${schoolCode}/ky-duyet`;
  const { sheet, mine } = await visitor.page(path, page);
  // Whoever watches approves the left classes, and confirms that on the phone themselves.
  const own = sheet.batches.filter(({ classNames }) => !classNames.some((name) => town.isLeft('approve', schoolCode, name)));
  if (await confirmOnPhone(town, approver.signing, own) === 'busy' || isWaiting(sheet.decision)) return 'busy';
  const chosen = mine.filter(({ className }) => !town.isLeft('approve', schoolCode, className) && town.fate(schoolCode, className) !== 'notApproved');
  const { returned } = town.world.story;
  for (const odd of chosen.filter(({ className }) => town.fate(schoolCode, className) === 'returnedToTeacher' || (returned?.schoolCode === schoolCode && returned.className === className))) {
    const decisionId = town.decisionId('return', odd.classId);
    if (await visitor.decision(decisionId) === null) {
      town.say(`${town.school(schoolCode).name}: class ${odd.className} goes back to its teacher with a reason (trả lại)`);
      return wellTold(town, { schoolCode, who: approver.code }, 'trả lại lớp', await visitor.tell(`${path}/lop/${odd.classId}/tra-lai`, { decisionId, task: odd.task, reason: 'Nhận xét của một số học sinh còn chung chung, đề nghị GVCN xem lại trước khi ký duyệt.' }));
    }
  }
  if (chosen.length === 0 || !isReadyTogether(town, 'approve', schoolCode, sheet.classes)) return 'idle';
  const tasks = chosen.map(({ task }) => task).sort();
  return confirmAtOnce(town, approver.signing, wellTold(town, { schoolCode, who: approver.code }, 'ký duyệt', await visitor.tell(`${path}/ky`, { decisionId: town.decisionId('approve', ...tasks), task: tasks })));
}
