import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { desiredTasks, type ClassFacts } from '../../domain/desiredTasks.js';
import { seededRandom } from '../../domain/seededRandom.js';

const facts = (rest: Partial<ClassFacts> = {}): ClassFacts => ({ classId: 'k', collectState: 'accepted', drafted: 0, teacherSigned: 0, principalSigned: 0, refused: 0, missing: 0, ...rest });
const kinds = (...classes: ClassFacts[]): string[] => desiredTasks(classes, true).map((task) => `${task.kind}/${task.classId ?? ''}`);

describe('the tasks a school should have open', () => {
  test('are none when everything is with the Sở, and none at all once the school is exempt or the campaign over', () => {
    assert.deepEqual(kinds(facts()), []);
    assert.deepEqual(desiredTasks([facts({ missing: 3, drafted: 1, teacherSigned: 1, principalSigned: 1, refused: 1 })], false), []);
  });
  test('collect once for the school, however many classes lack data', () => {
    assert.deepEqual(kinds(facts({ classId: 'a', collectState: 'missing', missing: 30 }), facts({ classId: 'b', collectState: 'missing', missing: 20 })), ['collect/']);
  });
  test('collect for a late pupil of a class that is long accepted', () => assert.deepEqual(kinds(facts({ missing: 1 })), ['collect/']));
  test('do not ask for data of a class all of whose pupils are held, exempt or gone', () => assert.deepEqual(kinds(facts({ collectState: 'missing' })), []));
  test('send a returned class to the clerk and not to the teacher, until new data arrive', () => {
    assert.deepEqual(kinds(facts({ collectState: 'returned', drafted: 30 })), ['collect/']);
    assert.deepEqual(kinds(facts({ drafted: 30 })), ['review/k']);
  });
  test('let nothing of a class be approved while any of it waits for review', () => {
    assert.deepEqual(kinds(facts({ teacherSigned: 29, drafted: 1 })), ['review/k']);
    assert.deepEqual(kinds(facts({ teacherSigned: 30 })), ['approve/k']);
  });
  test('seal, correct and approve side by side: cards of one class may stand apart', () => {
    assert.deepEqual(kinds(facts({ teacherSigned: 1, principalSigned: 2, refused: 3 })), ['approve/k', 'seal/k', 'correct/k']);
  });
  test('500 drawn schools: at most one task of a kind and class, each about a class of the school, collect about none', () => {
    const random = seededRandom(3);
    const below = (count: number): number => Math.floor(random() * count);
    for (let round = 0; round < 500; round += 1) {
      const classes = Array.from({ length: below(6) }, (_, index) => facts({
        classId: `k${index}`, collectState: (['missing', 'accepted', 'returned'] as const)[below(3)]!, drafted: below(3), teacherSigned: below(3), principalSigned: below(3), refused: below(2), missing: below(3),
      }));
      const tasks = desiredTasks(classes, true);
      assert.equal(new Set(tasks.map((task) => `${task.kind}/${task.classId ?? ''}`)).size, tasks.length);
      for (const task of tasks) assert.equal(task.kind === 'collect', task.classId === null);
      for (const task of tasks) if (task.classId !== null) assert.ok(classes.some((one) => one.classId === task.classId));
      // A card that waits for somebody of the school is always in somebody's task.
      for (const one of classes) {
        const has = (kind: string): boolean => tasks.some((task) => task.kind === kind && (task.classId === one.classId || task.classId === null));
        if (one.drafted > 0) assert.ok(has('review') || has('collect'));
        if (one.teacherSigned > 0) assert.ok(has('approve') || has('review') || has('collect'));
        if (one.principalSigned > 0) assert.ok(has('seal'));
        if (one.refused > 0) assert.ok(has('correct'));
        if (one.missing > 0) assert.ok(has('collect'));
      }
    }
  });
});
