import { COVERS, PROFILE_CODES, type Cover, type ProfileCode } from './card.js';

/** Stages with a deadline of their own; the Kho's part has none: its outage never makes a school overdue (design §2 Numbers). */
export const STAGES = ['collect', 'review', 'approve', 'seal'] as const;
export type Stage = (typeof STAGES)[number];
export const STAGE_NAMES = { collect: 'Thu thập dữ liệu', review: 'GVCN rà soát', approve: 'Ký duyệt', seal: 'Ký số phát hành' } as const satisfies Record<Stage, string>;

export const VENDOR_TEACHER = ['optional', 'required'] as const;
export const VENDOR_SAME_PERSON = ['allowed', 'forbidden'] as const;

/** A campaign's settings, fixed at launch. Durations in seconds, so that a rehearsal can run in minutes on a true clock. */
export type CampaignPolicy = {
  profile: ProfileCode;
  cover: Cover;
  /** Whether each signature also states its certificate and role in a XAdES object. */
  xades: boolean;
  /** Of cards that other software has signed: whether GVCN must have signed (v1.0 leaves it optional), and whether GVCN and CBQL may be one person. */
  vendorTeacher?: 'optional' | 'required';
  vendorSamePerson?: 'allowed' | 'forbidden';
  /** First reminder so long before the deadline, then one every `remindEvery` while the task is open. */
  remindBefore: number;
  remindEvery: number;
  /**
   * A person gets one mail for the classes that become ready within so long, and one reminder for the tasks that would be reminded of
   * within so long: a head of twelve classes is not mailed twelve times.
   */
  mailSettle: number;
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

/** A span longer than this is a slip of the pen, and would leave the range of a timestamp. */
const LONGEST_SPAN = 366 * 86_400;

/** Whether a policy may run a campaign; it is fixed at launch, and a school that stumbles over one stumbles for ever. */
export function policyHolds(policy: CampaignPolicy): boolean {
  const span = (seconds: unknown, least: number): boolean => typeof seconds === 'number' && seconds >= least && seconds <= LONGEST_SPAN;
  return PROFILE_CODES.includes(policy.profile) && COVERS.includes(policy.cover) && typeof policy.xades === 'boolean'
    && [undefined, ...VENDOR_TEACHER].includes(policy.vendorTeacher) && [undefined, ...VENDOR_SAME_PERSON].includes(policy.vendorSamePerson)
    && span(policy.remindBefore, 0) && span(policy.remindEvery, 1) && span(policy.mailSettle, 0) && span(policy.escalateAfter, 0) && span(policy.signingExpires, 1) && span(policy.signingPoll, 1)
    && span(policy.packetWait, 0) && span(policy.settle, 0) && span(policy.parkedRetry, 1)
    && Number.isInteger(policy.packetMaxCards) && policy.packetMaxCards >= 1 && policy.packetMaxCards <= 5_000;
}

export const DEFAULT_POLICY: CampaignPolicy = {
  profile: 'v1.0',
  cover: 'annex',
  xades: false,
  vendorTeacher: 'optional',
  vendorSamePerson: 'allowed',
  remindBefore: 2 * 86_400,
  remindEvery: 86_400,
  mailSettle: 7_200,
  escalateAfter: 86_400,
  signingExpires: 86_400,
  signingPoll: 60,
  packetWait: 900,
  packetMaxCards: 500,
  settle: 60,
  parkedRetry: 3_600,
};
