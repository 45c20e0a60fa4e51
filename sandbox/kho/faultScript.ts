import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Refusal } from './cardRules.js';

/**
 * One order to refuse cards: a pupil's (`ma_hoc_sinh`), the next n, or every nth. How often it was played is counted in the
 * ledger by `id`, so a crash neither loses nor repeats it.
 */
const refuseRule = z.strictObject({
  id: z.string().min(1).default(() => randomUUID()),
  ma_hoc_sinh: z.string().min(1).optional(),
  next: z.number().int().positive().optional(),
  every: z.number().int().positive().optional(),
  /** How often at most; 1 for one pupil, `next` says it itself, without limit for `every`. */
  times: z.number().int().positive().optional(),
  error: z.string().min(1).default('SAI_SO_CCCD'),
  field: z.string().default('SO_CCCD'),
  description: z.string().default('Số định danh cá nhân không khớp Cơ sở dữ liệu quốc gia về dân cư (mô phỏng).'),
}).refine((rule) => [rule.ma_hoc_sinh, rule.next, rule.every].filter((one) => one !== undefined).length === 1, 'exactly one of ma_hoc_sinh, next, every');

export const khoFaults = z.strictObject({
  /** Every transaction waits this long first. */
  slowMs: z.number().int().min(0).max(600_000).default(0),
  /** The next n transactions answer HTTP 500 and do nothing. */
  failNext: z.number().int().min(0).default(0),
  /** The next n submissions are taken in, then the connection breaks before the receipt. */
  loseAnswerNext: z.number().int().min(0).default(0),
  /** The next n results list every record twice. */
  answerTwiceNext: z.number().int().min(0).default(0),
  /** The next n certificates registered will be refused. */
  refuseCertificateNext: z.number().int().min(0).default(0),
  /** `reset` breaks every connection, `503` says so. */
  down: z.enum(['up', 'reset', '503']).default('up'),
  refuse: z.array(refuseRule).default([]),
});
export type KhoFaults = z.infer<typeof khoFaults>;

/** The simulated refusal due for a card, with the rule's id; null when none is. */
export function simulatedRefusal(
  rules: KhoFaults['refuse'], card: { ma_hoc_sinh: string }, ledger: { size: number; playedBy(ruleId: string): number },
): (Refusal & { rule: string }) | null {
  for (const { id, ma_hoc_sinh, next, every, times, error, field, description } of rules) {
    const limit = times ?? next ?? (ma_hoc_sinh === undefined ? Infinity : 1);
    const meant = next !== undefined || card.ma_hoc_sinh === ma_hoc_sinh || (every !== undefined && (ledger.size + 1) % every === 0);
    if (meant && ledger.playedBy(id) < limit) return { error, field, description, rule: id };
  }
  return null;
}
