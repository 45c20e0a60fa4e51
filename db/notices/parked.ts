import { row, type Db } from '../connect.js';
import type { ActContext } from '../acts/context.js';
import { departmentPeople, queueNotice, type NoticePlace } from './notice.js';

/**
 * Tells the coordinators that a packet stands still. One cause (the Kho's code) is told once a day in a campaign: when the Kho takes
 * nothing in, every packet of a province is parked for the same reason, and parked anew at each try.
 */
export async function noticeParked(db: Db, packet: NoticePlace & { messageId: string; code: string }, context: () => ActContext): Promise<void> {
  const { campaignId, schoolCode, code } = packet;
  const found = await row<{ cards: number; day: string }>(db, `
    SELECT card_count AS cards, to_char(now() AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD') AS day FROM packet WHERE message_id = :messageId`, packet);
  await queueNotice(db, {
    cause: `parked/${campaignId}/${code}/${found!.day}`, place: { campaignId, schoolCode }, to: await departmentPeople(db, { roles: ['coordinator'] }),
    facts: { notice: 'packet-parked' }, cards: found!.cards, linkPath: `/dot/${campaignId}/truong/${encodeURIComponent(schoolCode)}`,
  }, context());
}
