import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { dataConverter } from '../../runtime/temporal.js';
import { projectRoot } from '../support/projectRoot.js';
import { isMarkerNote, isPatchNote, REPLAY_SECRET, savedHistory, savedNames, savedText, type SavedHistory } from '../support/savedHistories.js';

Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined) });

const BUNDLE = path.join(projectRoot, 'dist', 'workflow-bundle.js');

/** The gate: workflows that run anywhere must go on under the code that is about to be released. */
describe('saved histories under today’s workflows', () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'replay-'));
  after(() => rmSync(scratch, { recursive: true, force: true }));

  const replay = async (saved: readonly SavedHistory[], codePath = BUNDLE) => {
    const results: { name: string; error: unknown }[] = [];
    const options = { workflowBundle: { codePath }, dataConverter: dataConverter(REPLAY_SECRET) };
    for await (const { error } of Worker.runReplayHistories(options, saved)) results.push({ name: saved[results.length]!.name, error });
    return results;
  };

  const names = ['campaign', 'directory', 'packet-lost-answer', 'reports', 'round', 'school-continued-first', 'school-continued-last', 'school-with-return'];

  test('every kind of workflow is among them, with a return, continue-as-new and a lost answer', () => {
    assert.deepEqual(savedNames(), names);
    const has = (name: string, key: string) => assert.ok(savedText(name).includes(`"${key}"`), `${name} has no ${key}`);
    has('school-continued-first', 'workflowExecutionContinuedAsNewEventAttributes');
    has('school-continued-last', 'workflowExecutionCompletedEventAttributes');
    has('school-with-return', 'workflowExecutionUpdateAcceptedEventAttributes');
    has('packet-lost-answer', 'timerStartedEventAttributes');
  });

  test('all of them replay', async () => {
    const results = await replay(names.map((name) => savedHistory(name)));
    assert.deepEqual(results, names.map((name) => ({ name, error: undefined })));
  });

  test('a corrupted history fails', async () => {
    const corrupted = savedHistory('school-with-return', (text) => {
      const changed = text.replace('"activityType":{"name":"readRoster"}', '"activityType":{"name":"attachSignatures"}');
      assert.notEqual(changed, text);
      return changed;
    });
    const [result] = await replay([corrupted]);
    assert.ok(result?.error instanceof DeterminismViolationError, String(result?.error));
  });

  test('a workflow changed without `patched` fails', async () => {
    const code = readFileSync(BUNDLE, 'utf8');
    // A timer before the first step, as an unwary change would put it.
    const sleep = /await (\(0, ?\w+\.sleep\))\(FAILED_PAUSE\)/.exec(code)?.[1];
    const changed = code.replace('let called = false;', `let called = false; await ${sleep}(1);`);
    assert.ok(sleep);
    assert.notEqual(changed, code);
    const codePath = path.join(scratch, 'changed.js');
    writeFileSync(codePath, changed);
    const results = await replay([savedHistory('school-with-return'), savedHistory('packet-lost-answer')], codePath);
    assert.ok(results[0]?.error instanceof DeterminismViolationError, String(results[0]?.error));
    assert.equal(results[1]?.error, undefined, 'a packet does not use the loop, so the change is not its concern');
  });

  test('they hold nothing readable but codes in search attributes, and no machine’s name', () => {
    for (const name of names) {
      const text = JSON.stringify(JSON.parse(savedText(name), (key, value: unknown) => {
        if (key === 'searchAttributes') return undefined;
        if (key !== 'details') return value;
        const { data, 'patch-data': patch, ...rest } = value as Partial<Record<'data' | 'patch-data', { payloads: { data: string }[] }>>;
        for (const payload of data?.payloads ?? []) assert.ok(isMarkerNote(Buffer.from(payload.data, 'base64')), name);
        for (const payload of patch?.payloads ?? []) assert.ok(isPatchNote(Buffer.from(payload.data, 'base64')), name);
        return rest;
      }));
      const encodings = [...text.matchAll(/"encoding":"([^"]+)"/g)].map((match) => Buffer.from(match[1]!, 'base64').toString());
      assert.deepEqual([...new Set(encodings)], ['binary/encrypted'], name);
      assert.deepEqual([...new Set([...text.matchAll(/"identity":"([^"]*)"/g)].map((match) => match[1]))], ['saved'], name);
      // A sticky queue is named after its process: pid@machine.
      assert.doesNotMatch(text, /\d+@/);
    }
  });
});
