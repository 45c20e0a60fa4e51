import { z } from 'zod';
import type { Staff } from '../../province/province.js';
import { wellTold, type Look, type Town } from '../town.js';
import { isWaiting, openDecision } from './shapes.js';

const page = z.object({
  sheet: z.object({ cards: z.array(z.object({ cardId: z.string(), pupilCode: z.string(), refusedAt: z.string(), error: z.string().nullable() })), decision: openDecision }),
});
const REASON = 'Đã đối chiếu giấy khai sinh, lập lại học bạ với số định danh đúng.';

/** The Kho refused a card: sent once more as it is, or drawn up anew as the next version. */
export async function correctCards(town: Town, clerk: Staff, schoolCode: string): Promise<Look> {
  const visitor = town.visitor(clerk.code);
  const path = `/truong/${schoolCode}/kho-tu-choi`;
  const { sheet } = await visitor.page(path, page);
  if (isWaiting(sheet.decision)) return 'busy';
  const ordered = new Map(town.world.story.refusals.map((one) => [one.pupilCode, one]));
  for (const way of ['resend', 'reissue'] as const) {
    const cards = sheet.cards.filter(({ pupilCode }) => (ordered.get(pupilCode)?.way ?? 'resend') === way);
    if (cards.length === 0 || (town.leavesJobs && !town.world.story.open && way === 'resend')) continue;
    const decisionId = town.decisionId(way, ...cards.map(({ cardId, refusedAt }) => `${cardId} ${refusedAt}`).sort());
    town.say(`${town.school(schoolCode).name}: the Kho refused ${cards.length} (${cards[0]?.error ?? ''}); the clerk ${way === 'resend' ? 'sends it again (gửi lại)' : 'draws it up anew (lập lại)'}`);
    return wellTold(town, { schoolCode, who: clerk.code }, 'xử lí học bạ bị Kho từ chối', await visitor.tell(path, { way, decisionId, card: cards.map(({ cardId }) => cardId), ...(way === 'reissue' ? { reason: REASON } : {}) }));
  }
  return 'idle';
}
