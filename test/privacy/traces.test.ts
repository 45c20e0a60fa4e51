import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { temporal } from '@temporalio/proto';
import { row, rows } from '../../db/connect.js';
import { dataConverter } from '../../runtime/temporal.js';
import { giveSeal } from '../support/giveSeal.js';
import { mailsTo, orderFaults } from '../support/outside.js';
import { historyToJson, isMarkerNote, isPatchNote, type History } from '../support/savedHistories.js';
import { done, startStage, type Stage } from '../support/stage.js';
import { campaignWorkflow, coordinator, playToEnd, schoolWorkflow } from '../support/stageViews.js';

type Payload = temporal.api.common.v1.IPayload;
type Found = { where: string; what: string };

/** Where a person's data must never be: everything of Temporal's, logs, addresses, what a phone shows. Pupils live only in PostgreSQL. */
describe('traces that a whole campaign leaves outside PostgreSQL', () => {
  let stage: Stage;
  /** Kind of datum → its values in this province. */
  let data: Map<string, string[]>;
  const histories: { workflowId: string; history: History; memo: unknown; attributes: unknown }[] = [];

  before(async () => {
    stage = await startStage('privacy', { throwaway: false });
    const pupils = stage.province.schools.flatMap((school) => school.classes.flatMap((one) => one.pupils.map((pupil) => pupil.identity)));
    const some = (values: (string | null)[]) => [...new Set(values.filter((value) => value !== null))];
    data = new Map([
      ['full name', some([...pupils.flatMap((pupil) => [pupil.fullName, pupil.fatherName, pupil.motherName]), ...stage.province.staff.map((one) => one.fullName)])],
      ['personal number', some([...pupils.map((pupil) => pupil.personalNumber), ...stage.province.staff.map((one) => one.personalNumber)])],
      ['pupil code', some(pupils.map((pupil) => pupil.pupilCode))],
      ['address of a person', some(stage.province.staff.flatMap((one) => [one.email, one.phone]))],
    ]);
    const { key, password } = await giveSeal(stage, 0);
    // Base64 comes in three alignments; the key's own numbers begin after its header.
    const secret = key.subarray(300, 400);
    data.set('password of a seal', [password]).set('key of a seal', [secret.toString('hex'), ...[0, 1, 2].map((shift) => secret.subarray(shift).toString('base64').slice(0, 80))]);
    // More than there are classes: each class is tried once without patience, and only the next call is an activity that fails.
    await orderFaults(stage, 'signing', { failNext: 8 });
    await orderFaults(stage, 'kho', { failNext: 1, refuse: [{ ma_hoc_sinh: pupils.find((pupil) => pupil.personalNumber !== null)!.pupilCode }] });
    await playToEnd(stage);
    await done(stage.ask({ act: 'end_campaign', actorId: await coordinator(stage), campaignId: stage.campaignId, schoolCode: null, payload: {} }));
    await stage.temporal.workflow.getHandle(campaignWorkflow(stage)).result();
    for await (const execution of stage.temporal.workflow.list()) {
      const history = await stage.temporal.workflow.getHandle(execution.workflowId, execution.runId).fetchHistory();
      histories.push({ workflowId: execution.workflowId, history, memo: execution.memo, attributes: execution.typedSearchAttributes.getAll() });
    }
  });
  after(async () => { await stage.close(); });

  const search = (where: string, text: string, kinds: readonly string[] = [...data.keys()]): Found[] => {
    const forms = [text, text.normalize('NFC')];
    return kinds.flatMap((what) => data.get(what)!.filter((value) => forms.some((form) => form.includes(value))).map(() => ({ where, what })));
  };
  /** Every payload of a history, wherever it stands, search attributes apart. */
  const payloadsIn = (node: unknown): Payload[] => {
    if (typeof node !== 'object' || node === null) return [];
    if ('metadata' in node && 'data' in node) return [node as Payload];
    return Object.entries(node).flatMap(([key, value]) => (key === 'searchAttributes' ? [] : payloadsIn(value)));
  };

  test('the search finds what is there: the same words are in PostgreSQL and in the cards', async () => {
    const cards = await rows<{ document: Buffer }>(stage.db, `SELECT document FROM report_card WHERE state = 'accepted'`);
    const kinds = new Set(search('cards', cards.map((card) => card.document.toString('utf8')).join('\n')).map((found) => found.what));
    assert.deepEqual([...kinds].sort(), ['full name', 'personal number', 'pupil code']);
    assert.ok(cards.length > 20 && histories.length > 5);
    const sealed = await rows(stage.db, `SELECT DISTINCT account, state FROM signature_batch WHERE role = 'seal' AND school_code = :code`, { code: stage.province.schools[0]!.code });
    assert.deepEqual(sealed, [{ account: null, state: 'attached' }], 'and one school was sealed for by its own key, to the end');
  });

  test('nor does anything of PostgreSQL\'s hold a school\'s key in plain, or its file\'s password', async () => {
    const tables = await rows<{ name: string }>(stage.db, `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`);
    const kinds = ['password of a seal', 'key of a seal'];
    const text = async (name: string): Promise<string> => (await rows<{ text: string }>(stage.db, `SELECT t::text AS text FROM "${name}" t`)).map((one) => one.text).join('\n');
    // As PostgreSQL writes bytes: hexadecimal.
    for (const { name } of tables) assert.deepEqual(search(name, await text(name), kinds), []);
    assert.match(await text('seal_key'), /\\x01/, 'sealed it is there');
  });

  test('no history holds them, encrypted as stored or opened with the key', async () => {
    const [codec] = dataConverter(stage.services.settings.HUB_SECRET_KEY).payloadCodecs!;
    let opened = 0;
    for (const { workflowId, history, memo, attributes } of histories) {
      const payloads = (history.events ?? []).flatMap(payloadsIn);
      const decoded = await codec!.decode(payloads as never);
      opened += decoded.length;
      const text = decoded.map((payload) => Buffer.from(payload.data ?? []).toString('utf8')).join('\n');
      assert.deepEqual([
        ...search('id', workflowId), ...search('stored', JSON.stringify(historyToJson(history))), ...search('opened', text), ...search('memo and attributes', JSON.stringify([memo, attributes])),
      ], [], workflowId);
    }
    assert.ok(opened > 100);
  });

  test('every payload is encrypted, and so is what failed and why', () => {
    const encoding = (payload: Payload) => Buffer.from(payload.metadata?.['encoding'] ?? []).toString();
    const failures: temporal.api.failure.v1.IFailure[] = [];
    for (const { history } of histories) {
      for (const event of history.events ?? []) {
        const { data, 'patch-data': patch } = event.markerRecordedEventAttributes?.details ?? {};
        const notes = [...data?.payloads ?? [], ...patch?.payloads ?? []];
        assert.ok((data?.payloads ?? []).every((note) => isMarkerNote(note.data!)) && (patch?.payloads ?? []).every((note) => isPatchNote(note.data!)));
        assert.deepEqual([...new Set(payloadsIn(event).filter((payload) => !notes.includes(payload)).map(encoding))].filter((one) => one !== 'binary/encrypted'), [], `event ${String(event.eventId)}`);
        const failure = event.activityTaskStartedEventAttributes?.lastFailure ?? event.markerRecordedEventAttributes?.failure ?? event.activityTaskFailedEventAttributes?.failure;
        if (failure != null) failures.push(failure);
      }
    }
    assert.ok(failures.length > 0, 'the faults ordered above made an activity fail');
    for (const failure of failures) {
      assert.equal(failure.message, 'Encoded failure');
      assert.equal(failure.stackTrace ?? '', '');
      assert.equal(encoding(failure.encodedAttributes!), 'binary/encrypted');
    }
  });

  test('Temporal’s own files hold none of them', () => {
    const home = path.join(stage.hub.dir, 'temporal');
    const files = readdirSync(home);
    assert.ok(files.some((file) => file.endsWith('.db')));
    const bytes = files.map((file) => readFileSync(path.join(home, file)).toString('utf8')).join('\n');
    assert.ok(bytes.includes(schoolWorkflow(stage, stage.province.schools[0]!.code)), 'the store is really there');
    assert.deepEqual(search('store', bytes), []);
  });

  test('no process wrote one of them into its log', () => {
    const home = path.join(stage.hub.dir, 'logs');
    const logs = readdirSync(home);
    assert.ok(logs.includes('worker-outbound.log') && logs.includes('postgres.log'));
    assert.deepEqual(logs.flatMap((file) => search(file, readFileSync(path.join(home, file), 'utf8'))), []);
  });

  test('no address in a mail carries one of them, and no mail a pupil’s', async () => {
    const mails = await mailsTo(stage);
    const links = mails.flatMap((mail) => mail.links);
    assert.ok(links.length > 10);
    assert.deepEqual(links.flatMap((link) => [...search('link', link), ...search('link', decodeURIComponent(link))]), []);
    const pupils = stage.province.schools.flatMap((school) => school.classes.flatMap((one) => one.pupils.map((pupil) => pupil.identity)));
    const staff = new Set(stage.province.staff.map((one) => one.fullName));
    const names = pupils.map((pupil) => pupil.fullName).filter((name) => !staff.has(name));
    const text = mails.map((mail) => `${mail.subject}\n${mail.text}\n${mail.html ?? ''}`).join('\n').normalize('NFC');
    assert.deepEqual(names.filter((name) => text.includes(name)), []);
    assert.deepEqual(search('mail', text, ['personal number', 'pupil code']), []);
  });

  test('what a signing service is told about a request names school, classes and counts, and nobody', async () => {
    const journal = readFileSync(path.join(stage.hub.dir, 'signing', 'requests.jsonl'), 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as { type: string; request?: { description: string; callbackUrl: string } });
    const requests = journal.flatMap((entry) => (entry.type === 'created' && entry.request !== undefined ? [entry.request] : []));
    assert.equal(requests.length, (await row<{ count: number }>(stage.db, 'SELECT count(*)::int AS count FROM signature_batch WHERE seal_key_id IS NULL'))!.count);
    assert.deepEqual(requests.flatMap((request) => search('request', `${request.description}\n${request.callbackUrl}`)), []);
  });
});
