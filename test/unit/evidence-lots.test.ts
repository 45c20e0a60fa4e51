import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gather } from '../../activities/evidence/gather.js';
import type { FetchedList } from '../../activities/evidence/sources.js';
import type { ActivityDeps } from '../../activities/deps.js';
import type { CardSigner } from '../../db/evidence/stamp.js';
import { crlOf } from '../support/crl.js';
import { authority, organisation, person, type Authority, type Signer } from '../support/certificates.js';
import { evidenceTools, sha256Hex } from '../support/evidence.js';

/** Three authorities in one school: what one of them does not tell holds up only the cards that it has to do with. */
describe('what cards wait for', () => {
  const [one, two, three] = [authority('CA thử nghiệm'), authority('CA hai'), authority('CA ba')];
  const now = Date.now();
  const current = (by: Authority): FetchedList => ({ source: 'http://a.invalid/', der: crlOf(by, { thisUpdate: new Date(now - 60_000), nextUpdate: new Date(now + 3_600_000) }) });
  const stale = (by: Authority): FetchedList => ({ source: 'http://a.invalid/', der: crlOf(by, { thisUpdate: new Date(now - 7_200_000), nextUpdate: new Date(now - 3_600_000) }) });
  const signer = (cardId: string, role: CardSigner['role'], { certificate: { raw } }: Signer): CardSigner => ({ cardId, role, fingerprint: sha256Hex(raw), der: raw });
  const seal = organisation(one, '0990000001');
  const cards = (...by: readonly (readonly [string, Authority])[]): CardSigner[] => by.flatMap(([cardId, issuer], place) => [signer(cardId, 'teacher', person(issuer, `09918500000${place}`)), signer(cardId, 'seal', seal)]);

  async function blockedBy(lists: readonly FetchedList[], signers: readonly CardSigner[]): Promise<{ blocked: Record<string, [string, string]>; unfit: string[] }> {
    const tools = await evidenceTools(one, 'CA thử nghiệm');
    const deps = { anchors: () => Promise.resolve([one, two, three].map(({ certificate }) => certificate)), trust: tools.trust, sources: { ...tools.sources, revocationLists: () => Promise.resolve([...lists]) } } as unknown as ActivityDeps;
    const { judged } = await gather(deps, signers);
    return { blocked: Object.fromEntries([...judged.blocked].map(([cardId, { lot, waitCode }]) => [cardId, [lot, waitCode]])), unfit: [...judged.unfit.keys()] };
  }

  test('nothing, where every authority has a list', async () => {
    assert.deepEqual(await blockedBy([current(one), current(two)], cards(['a', one], ['b', two])), { blocked: {}, unfit: [] });
  });

  test('their own authority alone: the others go on', async () => {
    const { blocked } = await blockedBy([current(one), stale(two)], cards(['a', one], ['b', two], ['c', two], ['d', three]));
    assert.deepEqual(Object.keys(blocked).sort(), ['b', 'c', 'd']);
    assert.equal(new Set(Object.values(blocked).map(([lot]) => lot)).size, 1, 'parted when one of the authorities tells again, not before');
    assert.deepEqual([blocked['b']?.[1], blocked['d']?.[1]], ['crl-unusable', 'crl-missing']);
  });

  test('everything, where it is the seal\'s authority that tells nothing', async () => {
    const { blocked } = await blockedBy([current(two), { source: 'http://a.invalid/', fault: 'http-503' }], cards(['a', one], ['b', two]));
    assert.equal(blocked['a']?.[0], blocked['b']?.[0]);
    assert.deepEqual([blocked['a']?.[1], blocked['b']?.[1]], ['crl-down', 'crl-down']);
  });

  test('is no wait at all for an authority nobody trusts', async () => {
    assert.deepEqual(await blockedBy([current(one)], cards(['a', one], ['b', authority('CA lạ')])), { blocked: {}, unfit: ['b'] });
  });
});
