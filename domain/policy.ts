import type { Cover, ProfileCode } from './card.js';

/** Stages with a deadline of their own; the Kho's part has none: its outage never makes a school overdue (design §2 Numbers). */
export const STAGES = ['collect', 'review', 'approve', 'seal'] as const;
export type Stage = (typeof STAGES)[number];
export const STAGE_NAMES = { collect: 'Thu thập dữ liệu', review: 'GVCN rà soát', approve: 'Ký duyệt', seal: 'Ký số phát hành' } as const satisfies Record<Stage, string>;

/** A campaign's settings, fixed at launch. Durations in seconds, so that a rehearsal can run in minutes on a true clock. */
export type CampaignPolicy = {
  profile: ProfileCode;
  cover: Cover;
  /** First reminder so long before the deadline, then one every `remindEvery` while the task is open. */
  remindBefore: number;
  remindEvery: number;
  /** After so long past the deadline the office is told, once a task. */
  escalateAfter: number;
  /** A signature request a person has not confirmed ends after this and the task opens again. */
  signingExpires: number;
  /** The signing service calls when a person has confirmed; without its call it is asked after this, then at growing distances. */
  signingPoll: number;
  /** A card waits at most so long for others before its packet is cut. */
  packetWait: number;
  packetMaxCards: number;
  /** "Not found" by the Kho counts only after this settle time (design §2 States). */
  settle: number;
  /** A packet the Kho refused as a whole is tried again after this. */
  parkedRetry: number;
};

export const DEFAULT_POLICY: CampaignPolicy = {
  profile: 'v1.0',
  cover: 'annex',
  remindBefore: 2 * 86_400,
  remindEvery: 86_400,
  escalateAfter: 86_400,
  signingExpires: 86_400,
  signingPoll: 60,
  packetWait: 900,
  packetMaxCards: 500,
  settle: 60,
  parkedRetry: 3_600,
};
