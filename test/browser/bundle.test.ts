import assert from 'node:assert/strict';
import { createHash, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { writeBundle } from '../../formats/bundle/html.js';
import type { Bundle } from '../../formats/bundle/bundle.js';
import { bundleOf, stamped } from '../support/bundle.js';
import { ca, cardData, signedCard, signers } from '../support/cards.js';
import { organisation } from '../support/certificates.js';
import { ALGORITHMS, foreignCard, plainRoles } from '../support/foreignCards.js';
import { chromiumLaunchOptions } from '../support/chromium.js';

describe('a bundle opened from a disk, without a network', () => {
  let browser: Browser;
  let folder: string;
  let bundle: Bundle;
  before(async () => {
    browser = await chromium.launch(chromiumLaunchOptions());
    folder = mkdtempSync(path.join(tmpdir(), 'hub-bundle-'));
    const card = signedCard({ seed: 3 });
    bundle = bundleOf(cardData(3).cardId, card, await stamped([signedCard({ seed: 1 }), card], 1));
  });
  after(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  type Seen = { verdict: string; findings: string; name: string; asked: string[]; errors: string[] };
  async function open(html: Buffer): Promise<Seen> {
    const file = path.join(folder, 'goi.html');
    writeFileSync(file, html);
    const context = await browser.newContext({ offline: true });
    const page = await context.newPage();
    const [asked, errors]: [string[], string[]] = [[], []];
    page.on('request', (request) => { if (request.url() !== pathToFileURL(file).href) asked.push(request.url()); });
    page.on('pageerror', (error) => { errors.push(error.message); });
    page.on('console', (message) => { if (message.type() === 'error') errors.push(message.text()); });
    await page.goto(pathToFileURL(file).href);
    await page.locator('#ket-luan:not(:text("Đang kiểm tra"))').waitFor();
    const seen = { verdict: await page.locator('#ket-luan').innerText(), findings: await page.locator('#kiem-tra').innerText(), name: await page.locator('#hoc-ba').innerText(), asked, errors };
    await context.close();
    return seen;
  }

  test('checks itself and says what it found', async () => {
    const seen = await open(writeBundle(bundle, { sandbox: true }));
    assert.equal(seen.verdict, 'HỌC BẠ NGUYÊN VẸN');
    assert.match(seen.findings, /Cây băm[\s\S]*Học bạ thứ 2 trong lô 2[\s\S]*Dấu thời gian[\s\S]*Nguồn gốc chứng thư[\s\S]*Sở xác nhận/);
    assert.ok(seen.name.includes(cardData(3).record.identity.fullName.split(' ')[0]!));
    assert.deepEqual([seen.asked, seen.errors], [[], []]);
  });

  test('checks a card of other software, signed by inclusive C14N with a prefix, in the same way', async () => {
    const card = foreignCard({ seed: 3, indent: true, crlf: true, roles: plainRoles({ transforms: [ALGORITHMS.inclusive], canonicalization: ALGORITHMS.inclusive, prefix: 'ds:' }) });
    const own = bundleOf(cardData(3).cardId, card, await stamped([card], 0));
    const { certificate } = own.statementSignature;
    const { key } = organisation(ca, '0999999999');
    const said = JSON.parse(own.statement) as { path: { certificates: string[] } };
    const statement = JSON.stringify({ ...said, path: { ...said.path, certificates: [...said.path.certificates, ...Object.values(signers()).map(({ der }) => createHash('sha256').update(der).digest('hex'))] } });
    const vendor: Bundle = { ...own, vendor: { context: {} }, statement, statementSignature: { certificate, value: sign('sha256', Buffer.from(statement), key).toString('base64') } };
    const seen = await open(writeBundle(vendor, { sandbox: false }));
    assert.deepEqual([seen.verdict, seen.asked, seen.errors], ['HỌC BẠ NGUYÊN VẸN', [], []], seen.findings);
    const forged = await open(writeBundle({ ...vendor, card: Buffer.from(card.toString().replace(/<CAN_NANG>./, '<CAN_NANG>9')).toString('base64') }, { sandbox: false }));
    assert.equal(forged.verdict, 'HỌC BẠ KHÔNG HỢP LỆ');
  });

  test('shows a changed level as forged, and shows nothing of the forged card', async () => {
    const forged = { ...bundle, card: Buffer.from(Buffer.from(bundle.card, 'base64').toString().replace(/<MUC_DAT_DUOC>[TH]</, '<MUC_DAT_DUOC>C<')).toString('base64') };
    const seen = await open(writeBundle(forged, { sandbox: false }));
    assert.equal(seen.verdict, 'HỌC BẠ KHÔNG HỢP LỆ');
    assert.match(seen.findings, /Dữ liệu học bạ đã bị thay đổi sau khi ký/);
    assert.equal(seen.name, '');
  });

  test('a script slipped into the file does not run', async () => {
    const html = writeBundle(bundle, { sandbox: false }).toString().replace('</body>', '<script>document.title = "xấu"</script><img src=x onerror="document.title=\'xấu\'"></body>');
    const seen = await open(Buffer.from(html));
    assert.equal(seen.verdict, 'HỌC BẠ NGUYÊN VẸN');
    assert.ok(seen.errors.some((line) => /Content Security Policy/.test(line)));
  });

  test('a broken file says so, and does not stand there checking for ever', async () => {
    const seen = await open(Buffer.from(writeBundle(bundle, { sandbox: false }).toString().replace('"format"', '"form')));
    assert.equal(seen.verdict, 'HỌC BẠ KHÔNG HỢP LỆ');
  });
});
