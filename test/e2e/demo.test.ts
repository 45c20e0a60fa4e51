import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import ExcelJS from 'exceljs';
import { z } from 'zod';
import { heldByRecord } from '../../domain/pupilStatus.js';
import type { PlainDate } from '../../domain/brand.js';
import { Visitor } from '../../sandbox/autopilot/visitor.js';
import { generateProvince } from '../../sandbox/province/generateProvince.js';
import { Demo, endDemo } from '../support/demo.js';
import { testHubDir } from '../support/hub.js';
import { projectRoot } from '../support/projectRoot.js';

const dir = testHubDir(`demo-${process.pid}`);
const seed = 20_260_521;

type LedgerLine = { uuid: string; ma_hoc_sinh: string; trang_thai: 0 | 1 };
type Delivery = { messageId: string; to: string[]; subject: string };
const jsonLines = <T>(...file: string[]): T[] => readFileSync(path.join(dir, ...file), 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as T);
const kept = <T>(name: string): T => JSON.parse(readFileSync(path.join(dir, 'demo', name), 'utf8')) as T;

/** Accounts as they stand on the screen: what a watcher would type. */
function shownJobs(text: string): { job: string; address: string; userName: string; password: string }[] {
  const pattern = /^ {2}(.+)\n +(http\S+)\n +account (\S+) +password (\S+)/gm;
  return [...text.matchAll(pattern)].map(([, job, address, userName, password]) => ({ job: job!, address: address!, userName: userName!, password: password! }));
}

describe('npm run demo', () => {
  before(() => rmSync(dir, { recursive: true, force: true }));
  after(async () => {
    await endDemo(dir);
    rmSync(dir, { recursive: true, force: true });
  });

  test('without --exit it leaves each role a job, each with a way in that works, and the end of the campaign locked', { timeout: 300_000 }, async () => {
    const demo = new Demo(['--fresh', '--seed', String(seed), '--dir', dir]);
    const ended = demo.ended();
    while (!demo.text.includes('Stop: Ctrl-C')) {
      const early = await Promise.race([ended, sleep(500)]);
      assert.equal(early, undefined, `the demo ended with ${String(early)}:\n${demo.lines.slice(-30).join('\n')}`);
    }
    const jobs = shownJobs(demo.text);
    for (const wanted of [/seven bad cells/, /review and sign class \S+$/, /approve classes \S+ \S+ \S+ and/, /seal class \S+$/, /overdue school/, /Kho refused a card/, /progress report/, /^coordinator/, /^administrator/]) {
      assert.ok(jobs.some(({ job }) => wanted.test(job)), `no job is ${String(wanted)} in ${jobs.map(({ job }) => job).join('; ')}`);
    }
    assert.equal(jobs.filter(({ job }) => /overdue school/.test(job)).length, 2);
    const inAs = ({ address, userName, password }: (typeof jobs)[number]) => new Visitor(new URL(address).origin, { userName, password }, () => Promise.resolve(null), true, () => undefined);
    for (const one of jobs) await inAs(one).page(new URL(one.address).pathname, z.looseObject({ me: z.object({ personId: z.string() }) }));
    const coordinator = jobs.find(({ job }) => job.startsWith('coordinator'))!;
    const { mayEnd, counts } = await inAs(coordinator).page(`${new URL(coordinator.address).pathname}/ket-thuc`, z.object({ mayEnd: z.boolean(), counts: z.object({ open: z.number(), unexplained: z.number(), refused: z.number() }) }));
    assert.equal(mayEnd, false);
    assert.ok(counts.open > 0);
    assert.equal(counts.unexplained, 0, 'each job that waits has somebody');
    assert.equal(counts.refused, 1);
    assert.match(demo.text, /pid \d+: kill -9 it and watch signing resume/);
    demo.interrupt();
    assert.equal(await ended, 0);
  });

  test('with --exit it goes on from there, does the jobs, and ends with every expected card accepted or held with a reason', { timeout: 300_000 }, async () => {
    const demo = new Demo(['--exit', '--json', '--dir', dir]);
    const code = await demo.ended();
    const { summary } = demo;
    assert.equal(code, 0, demo.lines.slice(-30).join('\n'));
    const { asOf } = kept<{ asOf: PlainDate }>('campaign.json');
    const pupils = generateProvince({ size: 'small', seed, asOf }).schools.flatMap((school) => school.classes.flatMap((one) => one.pupils));
    const free = pupils.filter((record) => heldByRecord(record) === null);
    assert.equal(summary.expected, pupils.length);
    assert.equal(summary.signed, free.length);
    assert.equal(summary.accepted, free.length);
    assert.equal(Object.values(summary.held).reduce((sum, count) => sum + count, 0), pupils.length - free.length);
    assert.deepEqual([summary.open, summary.workflowsFailed, summary.ledgerEqual], [0, 0, true]);
    assert.ok(Object.values(summary.peakMemoryMb).every((mb) => mb > 0));

    const ledger = jsonLines<LedgerLine>('kho', 'ledger.jsonl');
    const accepted = new Map(ledger.filter((line) => line.trang_thai === 1).map((line) => [line.uuid, line.ma_hoc_sinh]));
    assert.deepEqual(Object.fromEntries([...accepted].sort()), kept('hoc-ba-kho-da-nhan.json'), 'the ledger on the Kho\'s disk equals what the hub says, by UUID');
    assert.deepEqual([...accepted.values()].sort(), free.map(({ identity }) => identity.pupilCode).sort(), 'each pupil once');
    assert.equal(ledger.filter((line) => line.trang_thai === 0).length, 2, 'one refused card was sent again, one was drawn up anew');
  });

  test('it writes the report that agrees with the campaign', async () => {
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.readFile(path.join(dir, 'demo', 'tien-do-hoc-ba-so.xlsx'));
    const total = workbook.worksheets.flatMap((sheet) => sheet.getRows(1, sheet.rowCount) ?? []).find((row) => (row.values as unknown[]).includes('Tổng cộng'));
    assert.ok(total !== undefined, 'the workbook has a row Tổng cộng');
    const numbers = (total.values as unknown[]).map((value) => (typeof value === 'object' && value !== null && 'result' in value ? value.result : value));
    const accepted = Object.keys(kept<object>('hoc-ba-kho-da-nhan.json')).length;
    const { asOf } = kept<{ asOf: PlainDate }>('campaign.json');
    const expected = generateProvince({ size: 'small', seed, asOf }).schools.flatMap((school) => school.classes.flatMap((one) => one.pupils)).length;
    assert.ok(numbers.includes(expected), `no ${expected} in ${JSON.stringify(numbers)}`);
    assert.ok(numbers.filter((number) => number === accepted).length >= 2, `${accepted} stands neither as signed nor as accepted in ${JSON.stringify(numbers)}`);
  });

  test('it saves a signed card that verifies, and one with a changed grade that does not', async () => {
    const verify = (file: string): Promise<number> => new Promise((resolve) => {
      execFile(process.execPath, [path.join(projectRoot, 'scripts', 'hub.mjs'), 'card', 'verify', path.join(dir, 'demo', file), '--anchors', path.join(dir, 'trust', 'anchors.pem'), '--crls', path.join(dir, 'demo', 'danh-sach-thu-hoi.pem')],
        (error) => { resolve(error === null ? 0 : Number(error.code)); });
    });
    assert.equal(await verify('hoc-ba.xml'), 0);
    assert.equal(await verify('hoc-ba-bi-sua-diem.xml'), 1);
  });

  test('no mail came twice, and nobody was invited twice', () => {
    const deliveries = jsonLines<Delivery>('mailbox', 'index.jsonl');
    assert.equal(new Set(deliveries.map(({ messageId }) => messageId)).size, deliveries.length);
    const invited = deliveries.filter(({ subject }) => subject.startsWith('Đặt mật khẩu')).map(({ to }) => to[0]);
    assert.equal(new Set(invited).size, invited.length);
    assert.ok(invited.length > 50);
  });
});
