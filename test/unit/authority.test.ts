import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { APPROVER_TITLES, authorityHolds, exceptionHolds, routeApprover, type Authority, type AuthorityBasis, type RoleException } from '../../domain/authority.js';
import type { Instant } from '../../domain/brand.js';
import { seededRandom } from '../../domain/seededRandom.js';

const at = (hour: number): Instant => new Date(Date.UTC(2026, 4, 20) + hour * 3_600_000).toISOString() as Instant;
const head: Authority = { id: 'a-head', personId: 'head', personalNumber: '099170000001', basis: 'head', validFrom: at(-1_000), validTo: null, revokedAt: null, classes: null };
const deputy: Authority = { id: 'b-deputy', personId: 'deputy', personalNumber: '099175000002', basis: 'deputy_assignment', validFrom: at(0), validTo: at(48), revokedAt: null, classes: null };
const teacher = { personId: 'teacher', personalNumber: '099190000003' };
const route = (rest: Partial<Parameters<typeof routeApprover>[0]> = {}) => routeApprover({ authorities: [head, deputy], exceptions: [], className: '1A', reviewer: teacher, now: at(1), ...rest });
const routedTo = (rest: Parameters<typeof route>[0]): string => { const to = route(rest); return to.kind === 'routed' ? to.authority.id : to.code; };

describe('signing authority', () => {
  test('holds from its first moment and no longer at its last', () => {
    assert.deepEqual([-0.001, 0, 47.999, 48].map((hour) => authorityHolds(deputy, '1A', at(hour))), [false, true, true, false]);
    const exception: RoleException = { id: 'e', personId: 'head', validFrom: at(0), validTo: at(48), revokedAt: null };
    assert.deepEqual([-0.001, 0, 47.999, 48].map((hour) => exceptionHolds(exception, at(hour))), [false, true, true, false]);
  });
  test('ends with its revocation, at that very moment', () => {
    const revoked = { ...deputy, revokedAt: at(10) };
    assert.deepEqual([9.999, 10, 11].map((hour) => authorityHolds(revoked, '1A', at(hour))), [true, false, false]);
  });
  test('is compared as an instant: the same moment may be written with another offset', () => {
    assert.equal(authorityHolds(deputy, '1A', '2026-05-20T07:00:00+07:00' as Instant), true);
    assert.equal(authorityHolds(deputy, '1A', '2026-05-20T06:59:59+07:00' as Instant), false);
  });
  test('for named classes covers these and no others', () => {
    const some = { ...deputy, classes: ['1A', '2B'] };
    assert.deepEqual(['1A', '2B', '1', '1B', ''].map((name) => authorityHolds(some, name, at(1))), [true, true, false, false, false]);
  });
});

describe('the approver of a class', () => {
  test('is the deputy while the assignment runs, else the head', () => {
    assert.equal(routedTo({ now: at(1) }), 'b-deputy');
    assert.equal(routedTo({ now: at(48) }), 'a-head');
    assert.equal(routedTo({ now: at(-1) }), 'a-head');
    assert.equal(routedTo({ authorities: [head, { ...deputy, classes: ['2B'] }] }), 'a-head');
  });
  test('is an assigned deputy before one in charge, and one in charge before the head', () => {
    const inCharge: Authority = { ...deputy, id: 'c', personId: 'other', personalNumber: '099176000009', basis: 'deputy_in_charge' };
    assert.equal(routedTo({ authorities: [head, inCharge, deputy] }), 'b-deputy');
    assert.equal(routedTo({ authorities: [head, inCharge] }), 'c');
  });
  test('is the same one whatever the order in which authorities are read', () => {
    const second = { ...deputy, id: 'a-second', personId: 'second', personalNumber: '099176000008' };
    assert.equal(routedTo({ authorities: [deputy, second, head] }), routedTo({ authorities: [head, second, deputy] }));
  });
  test('is nobody when no authority holds', () => {
    assert.deepEqual(route({ authorities: [{ ...deputy, validTo: at(0.5) }] }), { kind: 'blocked', code: 'no-authority' });
    assert.deepEqual(route({ authorities: [] }), { kind: 'blocked', code: 'no-authority' });
  });
  test('is not who reviewed it, by person or by personal number under another account', () => {
    assert.equal(routedTo({ reviewer: { personId: 'deputy', personalNumber: null } }), 'a-head');
    assert.equal(routedTo({ reviewer: { personId: 'deputy-second-account', personalNumber: deputy.personalNumber } }), 'a-head');
    assert.deepEqual(route({ authorities: [head], reviewer: { personId: 'x', personalNumber: head.personalNumber } }), { kind: 'blocked', code: 'reviewer-is-approver' });
  });
  test('may be anybody without a number: two unknown numbers are not the same number', () => {
    assert.equal(routedTo({ authorities: [{ ...head, personalNumber: null }], reviewer: { personId: 'teacher', personalNumber: null } }), 'a-head');
  });
  test('may be the reviewer only under an exception of that person that holds now', () => {
    const reviewer = { personId: 'head', personalNumber: head.personalNumber };
    const exception: RoleException = { id: 'e', personId: 'head', validFrom: at(0), validTo: at(48), revokedAt: null };
    const only = (exceptions: RoleException[], now: Instant = at(1)) => route({ authorities: [head], reviewer, exceptions, now });
    assert.deepEqual(only([exception]), { kind: 'routed', authority: head, exceptionId: 'e' });
    for (const none of [[{ ...exception, personId: 'deputy' }], [{ ...exception, validTo: at(1) }], [{ ...exception, validFrom: at(2) }], [{ ...exception, revokedAt: at(1) }]]) {
      assert.deepEqual(only(none), { kind: 'blocked', code: 'reviewer-is-approver' });
    }
  });
  test('another person goes before an exception', () => {
    const exception: RoleException = { id: 'e', personId: 'deputy', validFrom: at(0), validTo: at(48), revokedAt: null };
    assert.deepEqual(route({ reviewer: { personId: 'deputy', personalNumber: deputy.personalNumber }, exceptions: [exception] }), { kind: 'routed', authority: head, exceptionId: null });
  });
  test('has a title on the card for every basis', () => {
    assert.deepEqual(Object.keys(APPROVER_TITLES).sort(), ['deputy_assignment', 'deputy_in_charge', 'head']);
    assert.match(APPROVER_TITLES.deputy_assignment, /^KT\. HIỆU TRƯỞNG/);
  });
});

const BASES = ['head', 'deputy_assignment', 'deputy_in_charge'] as const satisfies readonly AuthorityBasis[];

/** A school drawn from a seed: few people, narrow windows and shared numbers, so that collisions are common. */
function drawn(seed: number) {
  const random = seededRandom(seed);
  const below = (count: number): number => Math.floor(random() * count);
  const pick = <T>(values: readonly T[]): T => values[below(values.length)]!;
  const maybe = <T>(value: T): T | null => (below(3) === 0 ? null : value);
  const window = () => { const from = below(20); return { validFrom: at(from), validTo: maybe(at(from + 1 + below(10))), revokedAt: below(4) === 0 ? at(from + below(6)) : null }; };
  const person = () => { const number = below(4); return { personId: `p${below(5)}`, personalNumber: maybe(`09917000000${number}`) }; };
  return {
    authorities: Array.from({ length: below(5) }, (_, index): Authority => ({ id: `a${index}`, ...person(), basis: pick(BASES), ...window(), classes: below(3) === 0 ? [pick(['1A', '2B'])] : null })),
    exceptions: Array.from({ length: below(8) }, (_, index): RoleException => { const { validTo, ...rest } = window(); return { id: `e${index}`, personId: `p${below(5)}`, ...rest, validTo: validTo ?? at(40) }; }),
    className: pick(['1A', '2B', '3C']), reviewer: person(), now: at(below(24)),
  };
}

test('3000 drawn schools: nobody approves without an authority that holds, nor what they reviewed without an exception, and nobody is blocked without need', () => {
  const seen = { routed: 0, byException: 0, 'no-authority': 0, 'reviewer-is-approver': 0 };
  for (let seed = 1; seed <= 3_000; seed += 1) {
    const school = drawn(seed);
    const { className, now, reviewer } = school;
    // The rule once more, from the text of the design and not from the code.
    const ms = Date.parse(now);
    const holding = school.authorities.filter((one) => Date.parse(one.validFrom) <= ms && (one.validTo === null || ms < Date.parse(one.validTo))
      && (one.revokedAt === null || ms < Date.parse(one.revokedAt)) && (one.classes === null || one.classes.includes(className)));
    const same = (one: Authority): boolean => one.personId === reviewer.personId || (one.personalNumber !== null && one.personalNumber === reviewer.personalNumber);
    const excepted = (one: Authority) => school.exceptions.filter((exception) => exception.personId === one.personId && Date.parse(exception.validFrom) <= ms && ms < Date.parse(exception.validTo)
      && (exception.revokedAt === null || ms < Date.parse(exception.revokedAt)));
    const result = routeApprover(school);
    if (result.kind === 'routed') {
      assert.ok(holding.includes(result.authority), `seed ${seed}: the authority does not hold`);
      if (result.exceptionId === null) assert.ok(!same(result.authority), `seed ${seed}: the reviewer approves`);
      else {
        assert.ok(excepted(result.authority).some((exception) => exception.id === result.exceptionId), `seed ${seed}: the exception is not this person's, or does not hold`);
        assert.ok(holding.every(same), `seed ${seed}: an exception although somebody else could`);
      }
      const rank = { deputy_assignment: 0, deputy_in_charge: 1, head: 2 } as const;
      const rivals = result.exceptionId === null ? holding.filter((one) => !same(one)) : holding.filter((one) => excepted(one).length > 0);
      assert.ok(rivals.every((one) => rank[one.basis] >= rank[result.authority.basis]), `seed ${seed}: precedence`);
      seen[result.exceptionId === null ? 'routed' : 'byException'] += 1;
    } else {
      if (result.code === 'no-authority') assert.equal(holding.length, 0, `seed ${seed}`);
      else assert.ok(holding.length > 0 && holding.every((one) => same(one) && excepted(one).length === 0), `seed ${seed}: blocked although somebody could`);
      seen[result.code] += 1;
    }
    assert.deepEqual(routeApprover({ ...school, authorities: [...school.authorities].reverse(), exceptions: school.exceptions }), result, `seed ${seed}: the order of reading decides`);
  }
  assert.ok(Object.values(seen).every((count) => count > 20), JSON.stringify(seen));
});
