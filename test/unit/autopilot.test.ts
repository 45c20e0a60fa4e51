import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { heldByRecord } from '../../domain/pupilStatus.js';
import { decisionIdFor } from '../../sandbox/autopilot/ids.js';
import { Keepsakes } from '../../sandbox/autopilot/keepsakes.js';
import { storyOf } from '../../sandbox/autopilot/story.js';
import { KHO_SAYS } from '../../sandbox/autopilot/world.js';
import { khoFaults } from '../../sandbox/kho/faultScript.js';
import { generateProvince } from '../../sandbox/province/generateProvince.js';

describe('decision ids of the demo', () => {
  test('are UUIDs of version 4 that a schema for them takes', () => {
    for (let seed = 0; seed < 200; seed += 1) assert.equal(z.uuidv4().safeParse(decisionIdFor(seed, 'review', 'task', seed)).success, true);
  });

  test('are the same for the same decision, others for another seed, task or version', () => {
    assert.equal(decisionIdFor(1, 'review', 'a', 2), decisionIdFor(1, 'review', 'a', 2));
    const ids = [decisionIdFor(1, 'review', 'a', 2), decisionIdFor(2, 'review', 'a', 2), decisionIdFor(1, 'review', 'b', 2), decisionIdFor(1, 'review', 'a', 3), decisionIdFor(1, 'seal', 'a', 2), decisionIdFor(1, 'review', 'a2')];
    assert.equal(new Set(ids).size, ids.length);
  });
});

describe('the story of the demo', () => {
  const province = generateProvince({ size: 'small', seed: 3 });
  const story = storyOf(province);

  test('leaves one class to review, three to approve, one to seal, two late schools, and no two jobs in one class', () => {
    const jobs = story.left.map(({ job }) => job).sort();
    assert.deepEqual(jobs, ['approve', 'approve', 'approve', 'review', 'seal']);
    const classes = [...story.left, ...(story.returned === null ? [] : [story.returned])].map(({ schoolCode, className }) => `${schoolCode}/${className}`);
    assert.equal(new Set(classes).size, classes.length);
    assert.equal(story.late.length, 2);
    assert.ok(story.badRoster !== null && !story.late.includes(story.badRoster));
  });

  test('has the Kho refuse only cards that reach it: of pupils whom nothing holds, in schools that are not late', () => {
    for (const { schoolCode, pupilCode } of story.refusals) {
      const pupil = province.schools.find((school) => school.code === schoolCode)?.classes.flatMap((one) => one.pupils).find(({ identity }) => identity.pupilCode === pupilCode);
      assert.ok(pupil !== undefined);
      assert.equal(heldByRecord(pupil), null);
      assert.ok(!story.late.includes(schoolCode));
    }
  });

  test('has the Kho give each refusal the code of what mends it: busy is sent again, a wrong number is drawn up anew', () => {
    assert.deepEqual(story.refusals.map(({ way }) => [way, KHO_SAYS[way].error]), [['resend', 'LOI_HE_THONG'], ['reissue', 'SAI_SO_CCCD']]);
    for (const { id, pupilCode, way } of story.refusals) assert.equal(khoFaults.parse({ refuse: [{ id, ma_hoc_sinh: pupilCode, ...KHO_SAYS[way] }] }).refuse[0]?.error, KHO_SAYS[way].error);
  });

  test('fits the tiny province too, which is too small to leave jobs', () => {
    const tiny = storyOf(generateProvince({ size: 'tiny', seed: 3 }));
    assert.deepEqual([tiny.left, tiny.late], [[], []]);
    assert.equal(new Set(tiny.refusals.map(({ pupilCode }) => pupilCode)).size, 2);
  });

  test('is the same for the same province', () => assert.deepEqual(storyOf(generateProvince({ size: 'small', seed: 3 })), story));
});

describe('what the demo keeps for a later start', () => {
  const inFolder = async (job: (directory: string) => Promise<void> | void): Promise<void> => {
    const directory = mkdtempSync(path.join(tmpdir(), 'hub-keepsakes-'));
    try {
      await job(directory);
    } finally {
      rmSync(directory, { recursive: true });
    }
  };

  test('is made once and readable by its owner alone', () => inFolder(async (directory) => {
    const keep = (value: number): Promise<{ value: number }> => new Keepsakes(directory).keep('one', z.object({ value: z.number() }), () => ({ value }));
    assert.deepEqual([await keep(1), await keep(2)], [{ value: 1 }, { value: 1 }]);
    assert.equal(statSync(path.join(directory, 'one.json')).mode & 0o077, 0);
  }));

  test('forgets a line that a kill cut short', () => inFolder((directory) => {
    const keepsakes = new Keepsakes(directory);
    keepsakes.addLine('accepted', 'T01-VT');
    keepsakes.addLine('accepted', 'T01-HT');
    const file = path.join(directory, 'accepted.txt');
    writeFileSync(file, `${readFileSync(file, 'utf8')}T01-GV`);
    assert.deepEqual([...new Keepsakes(directory).lines('accepted')], ['T01-VT', 'T01-HT']);
  }));
});
