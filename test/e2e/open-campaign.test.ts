import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import ExcelJS from 'exceljs';
import { z } from 'zod';
import { columnAt, PROGRESS_COLUMNS } from '../../dashboards/workbooks/progressColumns.js';
import type { PlainDate } from '../../domain/brand.js';
import { formatRate, RATES } from '../../domain/rates.js';
import { formatCount } from '../../domain/vietnameseFormat.js';
import { scriptedCounts } from '../../sandbox/autopilot/script.js';
import { Visitor } from '../../sandbox/autopilot/visitor.js';
import { generateProvince } from '../../sandbox/province/generateProvince.js';
import { Demo, endDemo } from '../support/demo.js';
import { testHubDir } from '../support/hub.js';

const dir = testHubDir(`open-${process.pid}`);
const seed = 20_260_522;
const counts = z.object({ expected: z.number(), collected: z.number(), reviewed: z.number(), signed: z.number(), sealed: z.number(), received: z.number(), accepted: z.number(), held: z.number(), exempt: z.number(), open: z.number(), waiting: z.number(), unexplained: z.number() });
const cockpit = z.object({ tree: z.object({ counts, offices: z.array(z.object({ counts, schools: z.array(z.object({ schoolCode: z.string(), classes: z.array(z.object({ className: z.string(), counts })) })) })) }) });

/** Each count of the province as the workbook's total row has it. */
async function totalsOf(file: string): Promise<Map<string, unknown>> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.readFile(file);
  const sheet = workbook.getWorksheet('Tiến độ')!;
  const total = (sheet.getRows(1, sheet.rowCount) ?? []).find((row) => row.getCell(2).text === 'Tổng cộng');
  assert.ok(total !== undefined, 'the workbook has a row Tổng cộng');
  return new Map(PROGRESS_COLUMNS.flatMap((column, index) => {
    const cell = total.getCell(columnAt(index));
    // exceljs leaves out the stored result of a formula when it is 0.
    return column.kind === 'rate' ? [] : [[column.key, cell.type === ExcelJS.ValueType.Formula ? cell.result ?? 0 : cell.value] as const];
  }));
}

describe('npm run demo -- --province tiny-open', () => {
  before(() => rmSync(dir, { recursive: true, force: true }));
  after(async () => {
    await endDemo(dir);
    rmSync(dir, { recursive: true, force: true });
  });

  test('ends as of the moment when all that can move has moved, and summary, cockpit and workbook agree to the card', { timeout: 600_000 }, async () => {
    const demo = new Demo(['--province', 'tiny-open', '--json', '--fresh', '--throwaway', '--seed', String(seed), '--dir', dir]);
    const ended = demo.ended();
    while (!demo.text.includes('Stop: Ctrl-C')) {
      const early = await Promise.race([ended, sleep(500)]);
      assert.equal(early, undefined, `the demo ended with ${String(early)}:\n${demo.lines.slice(-30).join('\n')}`);
    }
    const entry = /^ {2}coordinator .+\n +(http\S+)\n +account (\S+) +password (\S+)/m.exec(demo.text);
    assert.ok(entry !== null);
    const [, address, userName, password] = entry as unknown as [string, string, string, string];
    const coordinator = new Visitor(new URL(address).origin, { userName, password }, () => Promise.resolve(null), true, () => undefined);
    const { tree } = await coordinator.page(`${new URL(address).pathname}?sau=class`, cockpit);
    const html = (await coordinator.file(new URL(address).pathname)).toString('utf8');
    demo.interrupt();
    assert.equal(await ended, 0, demo.lines.slice(-25).join('\n'));

    const { asOf } = JSON.parse(readFileSync(path.join(dir, 'demo', 'campaign.json'), 'utf8')) as { asOf: PlainDate };
    const planned = generateProvince({ size: 'tiny-open', seed, asOf });
    assert.equal(tree.offices.flatMap((office) => office.schools.flatMap((school) => school.classes)).length, planned.schools.flatMap((school) => school.classes).length);
    for (const school of tree.offices.flatMap((office) => office.schools)) {
      const plan = planned.schools.find(({ code }) => code === school.schoolCode)!;
      for (const one of school.classes) {
        const scripted = scriptedCounts(plan.classes.find(({ name }) => name === one.className)!);
        const { expected, collected, reviewed, signed, sealed, received, accepted, held, exempt } = one.counts;
        assert.deepEqual({ expected, collected, reviewed, signed, sealed, received, accepted, held, exempt }, scripted, `${school.schoolCode} ${one.className}`);
      }
    }
    const going = planned.schools.flatMap((school) => school.classes.filter(({ fate }) => fate === 'accepted')).reduce((sum, one) => sum + one.size - one.held, 0);
    const { summary } = demo;
    const { expected, signed, accepted, open, waiting, unexplained } = tree.counts;
    assert.deepEqual([summary.expected, summary.signed, summary.accepted, summary.open, summary.waiting, summary.unexplained], [expected, signed, accepted, open, waiting, unexplained]);
    assert.deepEqual([signed, accepted, unexplained, summary.ledgerEqual, summary.ok], [going, going, 0, true, true]);
    assert.equal(Object.values(summary.waitingBy).reduce((sum, cards) => sum + cards, 0), waiting);
    assert.deepEqual(Object.keys(summary.waitingBy).sort(), ['approve', 'collect', 'review']);
    assert.equal(Object.values(summary.held).reduce((sum, cards) => sum + cards, 0) + waiting + accepted, expected);
    assert.equal(summary.signedRate, formatRate(RATES.signed.of(summary as never)).replace('\u00a0', ' '));
    assert.equal(summary.acceptedOfSigned, '100 %');

    for (const number of [signed, expected]) assert.ok(html.includes(`${formatCount(number)}`), `the cockpit shows no ${number}`);
    assert.ok(html.replaceAll('\u00a0', ' ').includes(summary.signedRate), 'the cockpit shows the rate as the summary says it');
    const totals = await totalsOf(path.join(dir, 'demo', 'tien-do-hoc-ba-so.xlsx'));
    for (const name of ['expected', 'collected', 'reviewed', 'signed', 'sealed', 'accepted', 'held', 'exempt', 'waiting', 'unexplained'] as const) assert.equal(totals.get(name), tree.counts[name], name);
  });
});
