import { readDay } from '../card/dateTime.js';
import type { BlockRole } from '../card/profile.js';
import { vietnamDay } from './vietnamDay.js';
import type { ForeignBlock } from './cardShape.js';
import { about, ForeignFault } from './codes.js';
import { contains } from './ids.js';
import { CLOCK_TOLERANCE_MS } from './limits.js';

/** Teachers sign first, of whatever kind and in any order among themselves; then the principal, then the seal (spec §3). */
const STAGE = { subjectTeacher: 0, teacher: 0, principal: 1, seal: 2 } as const satisfies Record<BlockRole, number>;

/**
 * `proven` when every signature covers, itself or through one it covers, the value of each signature of an earlier stage: that value
 * must then have existed before. Otherwise the order is what the signing times claim, and they must not decrease.
 * @throws ForeignFault
 */
export function orderOf(blocks: readonly ForeignBlock[]): 'proven' | 'claimed' {
  const before = (block: ForeignBlock): ForeignBlock[] => blocks.filter((other) => STAGE[other.role] < STAGE[block.role]);
  if (blocks.length > 1 && blocks.every((block) => before(block).every((earlier) => reaches(block, earlier, blocks)))) return 'proven';
  for (const block of blocks) {
    const later = before(block).some(({ time }) => time.at.getTime() > block.time.at.getTime() + CLOCK_TOLERANCE_MS);
    about(block.role, () => { if (later) throw new ForeignFault('signing-time-order'); });
  }
  return 'claimed';
}

function reaches(later: ForeignBlock, earlier: ForeignBlock, blocks: readonly ForeignBlock[]): boolean {
  return blocks.some((block) => block !== later && STAGE[block.role] < STAGE[later.role]
    && later.references.some(({ target }) => contains(target, block.signature.signatureValue))
    && (block === earlier || reaches(block, earlier, blocks)));
}

/** NGAY_KY names the local day of the signing time (spec §3.1, cards of vendors). @throws ForeignFault */
export function assertStatedDays(blocks: readonly ForeignBlock[]): void {
  for (const { role, stated, time } of blocks) {
    about(role, () => { if (stated !== null && readDay(stated) !== vietnamDay(time.at)) throw new ForeignFault('signing-day'); });
  }
}
