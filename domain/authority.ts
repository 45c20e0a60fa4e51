import type { Instant } from './brand.js';

/**
 * Who may approve a class (design §2 "Who may sign"). Authority is a legal object with a window; it is judged when a task is routed,
 * opened and signed. Pure: the moment is an argument.
 */
export type AuthorityBasis = 'head' | 'deputy_assignment' | 'deputy_in_charge';

export type Authority = {
  id: string;
  personId: string;
  personalNumber: string | null;
  basis: AuthorityBasis;
  /** Half-open in time: from ≤ now < to. */
  validFrom: Instant;
  validTo: Instant | null;
  revokedAt: Instant | null;
  /** Names of classes; null covers the whole school. */
  classes: readonly string[] | null;
};

export type RoleException = { id: string; personId: string; validFrom: Instant; validTo: Instant; revokedAt: Instant | null };

export type Routing =
  | { kind: 'routed'; authority: Authority; exceptionId: string | null }
  | { kind: 'blocked'; code: 'no-authority' | 'reviewer-is-approver' };

const within = (from: Instant, to: Instant | null, revokedAt: Instant | null, now: Instant): boolean => {
  const at = Date.parse(now);
  return Date.parse(from) <= at && (to === null || at < Date.parse(to)) && (revokedAt === null || at < Date.parse(revokedAt));
};

export const authorityHolds = (authority: Authority, className: string, now: Instant): boolean =>
  within(authority.validFrom, authority.validTo, authority.revokedAt, now) && (authority.classes === null || authority.classes.includes(className));

export const exceptionHolds = (exception: RoleException, now: Instant): boolean =>
  within(exception.validFrom, exception.validTo, exception.revokedAt, now);

/** An assignment in its window goes before the head: it was given because the head is away. */
const PRECEDENCE = { deputy_assignment: 0, deputy_in_charge: 1, head: 2 } as const satisfies Record<AuthorityBasis, number>;

/**
 * The one person who approves `className` now. Who reviewed the class does not approve it, compared by personal number (one human
 * may have two person rows); a dated exception by the Sở lifts that, and the closing report lists it.
 * @param input reviewer: the class's homeroom teacher; signedBy: personal numbers of those who signed what waits now, when the class has
 *   had another teacher since
 */
export function routeApprover(input: {
  authorities: readonly Authority[]; exceptions: readonly RoleException[];
  className: string; reviewer: { personId: string; personalNumber: string | null }; signedBy?: readonly string[]; now: Instant;
}): Routing {
  const { className, reviewer, now } = input;
  const holding = input.authorities
    .filter((authority) => authorityHolds(authority, className, now))
    .sort((a, b) => PRECEDENCE[a.basis] - PRECEDENCE[b.basis] || (a.id < b.id ? -1 : 1));
  if (holding.length === 0) return { kind: 'blocked', code: 'no-authority' };
  const isReviewer = (authority: Authority): boolean => authority.personId === reviewer.personId
    || (authority.personalNumber !== null && [reviewer.personalNumber, ...input.signedBy ?? []].includes(authority.personalNumber));
  const other = holding.find((authority) => !isReviewer(authority));
  if (other !== undefined) return { kind: 'routed', authority: other, exceptionId: null };
  for (const authority of holding) {
    const exception = input.exceptions.find((candidate) => candidate.personId === authority.personId && exceptionHolds(candidate, now));
    if (exception !== undefined) return { kind: 'routed', authority, exceptionId: exception.id };
  }
  return { kind: 'blocked', code: 'reviewer-is-approver' };
}

/** Title printed on the card for the actual signer. */
export const APPROVER_TITLES = {
  head: 'HIỆU TRƯỞNG',
  deputy_assignment: 'KT. HIỆU TRƯỞNG / PHÓ HIỆU TRƯỞNG',
  deputy_in_charge: 'PHÓ HIỆU TRƯỞNG PHỤ TRÁCH',
} as const satisfies Record<AuthorityBasis, string>;

/** Why nobody can do an open task, and who mends that. The last three are of people, not of authority. */
export const BLOCKED_SENTENCES = {
  'no-authority': 'Hiện không ai có thẩm quyền ký duyệt lớp này. Hiệu trưởng giao ký thay, hoặc Sở GD&ĐT ghi nhận người phụ trách.',
  'reviewer-is-approver': 'Người đã rà soát lớp không được ký duyệt lớp đó. Giao phó hiệu trưởng ký thay, hoặc Sở GD&ĐT cho phép ngoại lệ có thời hạn.',
  'no-homeroom': 'Không ai làm được việc này: lớp chưa có GVCN, hoặc GVCN đã thôi vai trò. Hiệu trưởng hoặc Sở GD&ĐT thay GVCN của lớp.',
  'no-clerk': 'Không ai làm được việc này: trường chưa có văn thư trong danh mục. Sở GD&ĐT giao vai trò văn thư cho một người của trường.',
  'account-disabled': 'Không ai làm được việc này: tài khoản của người được giao đang bị khóa. Sở GD&ĐT mở lại tài khoản, hoặc giao vai trò cho người khác.',
} as const satisfies Record<Extract<Routing, { kind: 'blocked' }>['code'] | 'no-homeroom' | 'no-clerk' | 'account-disabled', string>;
export type BlockedCode = keyof typeof BLOCKED_SENTENCES;
