import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { figuresOf } from '../../sandbox/autopilot/figures.js';
import { peopleSum } from '../../sandbox/autopilot/people.js';
import { scriptedCounts } from '../../sandbox/autopilot/script.js';
import type { Counts } from '../../sandbox/autopilot/standing.js';
import { projectRoot } from '../support/projectRoot.js';

type Kept = { furnish(): boolean; save(): void };
const { keptPeople } = await import(pathToFileURL(path.join(projectRoot, 'scripts', 'lib', 'kept.mjs')).href) as { keptPeople: (hubDir: string, what: { name: string; people: string }) => Kept };

describe('the figures of an open campaign', () => {
  const counts = (expected: number, signed: number, accepted: number): Counts => ({
    expected, signed, accepted, collected: signed, reviewed: signed, sealed: signed, received: signed, submitted: signed, refused: 0, missing: 0, held: 0, exempt: 0, excluded: 0,
    eligible: expected, eligibleSigned: signed, open: expected - accepted, waiting: expected - accepted, unexplained: 0,
  });
  test('read as the report of the field does', () => {
    assert.deepEqual(figuresOf(counts(73_172, 60_259, 60_259)), { signedRate: '82,35 %', acceptedOfSigned: '100 %' });
  });
  test('say 100 % of nothing less than all', () => {
    assert.deepEqual(figuresOf(counts(500_000, 499_999, 499_998)), { signedRate: '99,99 %', acceptedOfSigned: '99,99 %' });
  });
});

describe('where a class stands at the end', () => {
  const one = (fate: Parameters<typeof scriptedCounts>[0]['fate']) => scriptedCounts({ size: 30, held: 2, fate });
  test('follows from its fate, and only accepted classes are signed by the head', () => {
    assert.deepEqual(one('accepted'), { expected: 30, held: 2, exempt: 0, collected: 28, reviewed: 28, signed: 28, sealed: 28, received: 28, accepted: 28 });
    assert.deepEqual([one('notApproved').reviewed, one('notApproved').signed], [28, 0]);
    for (const fate of ['returnedToTeacher', 'returnedToClerk'] as const) assert.deepEqual([one(fate).collected, one(fate).reviewed], [28, 0]);
    for (const fate of ['faulty', 'notUploaded', 'paper'] as const) assert.deepEqual([one(fate).collected, one(fate).signed], [0, 0]);
    assert.deepEqual([one('paper').exempt, one('paper').held], [28, 2]);
  });
});

describe('the people that are made once', () => {
  const inHub = (job: (hub: string, again: string) => void): void => {
    const root = mkdtempSync(path.join(tmpdir(), 'hub-kept-'));
    try {
      const hub = path.join(root, 'hub');
      for (const [place, content] of [[['signing', 'accounts.jsonl'], 'keys\n'], [['trust', 'authority-mot.json'], '{}'], [['trust', 'ocsp-mot', 'responder.key'], 'key'], [['trust', 'faults.json'], '{}'], [['demo', 'signing.json'], '{}'], [['demo', 'packet-certificate.json'], '{}']] as const) {
        mkdirSync(path.dirname(path.join(hub, ...place)), { recursive: true });
        writeFileSync(path.join(hub, ...place), content);
      }
      keptPeople(hub, what).save();
      for (const place of ['signing', 'trust', 'demo']) rmSync(path.join(hub, place), { recursive: true });
      job(hub, path.join(hub, 'kept', what.name));
    } finally {
      rmSync(root, { recursive: true });
    }
  };
  const what = { name: 'can-tho-1', people: 'a' };

  test('come back into a hub that has nobody, readable by its owner alone and without last time\'s orders to fail', () => inHub((hub) => {
    assert.equal(keptPeople(hub, what).furnish(), true);
    assert.equal(readFileSync(path.join(hub, 'signing', 'accounts.jsonl'), 'utf8'), 'keys\n');
    assert.equal(readFileSync(path.join(hub, 'trust', 'ocsp-mot', 'responder.key'), 'utf8'), 'key');
    assert.equal(existsSync(path.join(hub, 'trust', 'faults.json')), false);
    assert.equal(statSync(path.join(hub, 'signing', 'accounts.jsonl')).mode & 0o077, 0);
    assert.equal(keptPeople(hub, what).furnish(), false, 'a hub that has people keeps them');
  }));

  test('are made anew when a file was changed, is gone, or belongs to other people', () => {
    inHub((hub, folder) => {
      appendFileSync(path.join(folder, 'signing', 'accounts.jsonl'), 'more');
      assert.equal(keptPeople(hub, what).furnish(), false);
    });
    inHub((hub, folder) => {
      rmSync(path.join(folder, 'trust', 'authority-mot.json'));
      assert.equal(keptPeople(hub, what).furnish(), false);
    });
    inHub((hub) => assert.equal(keptPeople(hub, { ...what, people: 'b' }).furnish(), false));
  });

  test('have a sum that another seed, or one name, changes', () => {
    const of = (seed: number): string => peopleSum({ size: 'tiny-open', seed });
    assert.equal(of(1), of(1));
    assert.notEqual(of(1), of(2));
  });
});
