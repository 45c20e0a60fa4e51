import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import type { CardState } from '../../domain/cardState.js';
import { row } from '../../db/connect.js';
import { checkBundle } from '../../formats/bundle/page/check.js';
import { readBundle } from '../../formats/bundle/read.js';
import { verifyTimestamp } from '../../formats/evidence/verifyTimestamp.js';
import { writeTimestampQuery } from '../../formats/evidence/timestampQuery.js';
import { storeEvidence } from '../support/bundle.js';
import { ca } from '../support/cards.js';
import { evidenceTools } from '../support/evidence.js';
import { pageTexts, poppler, rawPages, signatureParts, stampIn, withoutPoppler } from '../support/pdf.js';
import { storeDepartmentKey, writeRealCards } from '../support/realCards.js';
import { seedProvince, type Seeded } from '../support/seedProvince.js';
import { staffing } from '../support/staffing.js';
import { startWeb, type Web } from '../support/web.js';

/** The first class asked for is accepted by the Kho, the second signed by its teacher, the third sealed but not received, all others drafted. */
const order: string[] = [];
function stateOf(className: string): CardState {
  if (!order.includes(className)) order.push(className);
  return (['accepted', 'teacher_signed', 'sealed'] as const)[order.indexOf(className)] ?? 'drafted';
}

/** Text as a PDF holds it outside its pages. */
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

describe('cards as PDF', () => {
  let web: Web;
  let seeded: Seeded;
  let who: ReturnType<typeof staffing>;
  /** A class whose cards are sealed and received, one whose cards the teacher has signed, one sealed only, and one that is drafted, all of the first school. */
  let sealed: string, signed: string, waiting: string, drafted: string;
  before(async () => {
    web = await startWeb();
    seeded = await seedProvince(web.owner, { cardState: (schoolClass, school) => (school === 0 ? stateOf(schoolClass.name) : 'drafted') });
    who = staffing(seeded);
    [sealed, signed, waiting, drafted] = who.classNames(0).slice(0, 4).map((name) => seeded.classOf(who.school(0), name)) as [string, string, string, string];
    await writeRealCards(web.owner, sealed);
    await writeRealCards(web.owner, signed, ['teacher']);
    await writeRealCards(web.owner, waiting);
  });
  after(() => web.close());
  const cardOf = async (classId: string): Promise<string> => (await row<{ id: string }>(web.owner, 'SELECT id FROM report_card WHERE class_id = :classId ORDER BY id LIMIT 1', { classId }))!.id;
  /** Notes a certificate as revoked from tomorrow on. */
  const revoked = async (der: Buffer): Promise<string> => {
    const [fingerprint, list] = [createHash('sha256').update(der).digest('hex'), 'c'.repeat(64)];
    await web.owner('evidence_material').insert([
      { sha256: fingerprint, kind: 'certificate', der, serial: '1', this_update: null, next_update: null },
      { sha256: list, kind: 'crl', der: Buffer.from('x'), serial: null, this_update: new Date(), next_update: new Date() },
    ]).onConflict('sha256').ignore();
    const tomorrow = new Date(Date.now() + 86_400_000);
    await web.owner('revoked_certificate').insert({ fingerprint, revoked_at: tomorrow, effective_at: tomorrow, reason: 1, crl_sha256: list });
    return fingerprint;
  };
  const bytes = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

  test('without a certificate of the Sở a sealed card is not printed, and the page says who mends that; a draft is', async () => {
    const clerk = await web.as(who.at('clerk', 0));
    const refused = await clerk.get(`/hoc-ba/${await cardOf(sealed)}/pdf`);
    assert.equal(refused.status, 409);
    assert.match(await refused.text(), /Quản trị hệ thống nạp chứng thư/);
    assert.equal((await clerk.get(`/hoc-ba/${await cardOf(drafted)}/pdf`)).status, 200);
  });

  test('a sealed card comes with one signature of the Sở, and is named a simulation', { skip: withoutPoppler }, async () => {
    await storeDepartmentKey(web.owner, web.secret);
    const response = await (await web.as(who.at('clerk', 0))).get(`/hoc-ba/${await cardOf(sealed)}/pdf`);
    assert.equal(response.headers.get('content-type'), 'application/pdf');
    const pdf = await bytes(response);
    const said = poppler('pdfsig', pdf, ['-nocert']);
    assert.equal(said.match(/Signature #/g)?.length, 1);
    assert.match(said, /Signature is Valid/);
    for (const page of pageTexts(pdf)) assert.match(page, /DỮ LIỆU MÔ PHỎNG/);
  });

  test('the signature carries a time-stamp of the service that is set; while that is away the file comes all the same, and says so', async () => {
    const { sources, trust } = await evidenceTools(ca, 'CA thử nghiệm');
    let mode: 'good' | 'broken' | 'other' = 'good';
    const server = createServer((request, response) => {
      void buffer(request).then(async (query) => {
        const answer = await sources.timestamp(mode === 'other' ? writeTimestampQuery({ digest: Buffer.alloc(32), nonce: Buffer.alloc(16, 1), policy: null }) : query);
        if (mode === 'broken') answer[answer.length - 1] = answer.at(-1)! ^ 1;
        response.setHeader('content-type', 'application/timestamp-reply').end(answer);
      });
    });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    const [anchor] = await trust.tsaAnchors();
    await web.owner('trust_source').insert({ authority: 'Thử nghiệm', kind: 'tsa', address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
    await web.owner('trust_anchor').insert({
      authority: 'Thử nghiệm', der: anchor!.raw, fingerprint: createHash('sha256').update(anchor!.raw).digest('hex'), subject: 'Gốc', not_before: new Date('2024-01-01'), not_after: new Date('2044-01-01'), self_signed: true, uses: ['timestamp'],
    });
    const clerk = await web.as(who.at('clerk', 0));
    const parts = async () => { const pdf = await bytes(await clerk.get(`/hoc-ba/${await cardOf(sealed)}/pdf`)); return { ...stampIn(signatureParts(pdf).cms), says: pdf.includes(utf16('không kèm dấu thời gian')) }; };
    const good = await parts();
    assert.equal(good.says, false);
    const lists = (await sources.revocationLists()).flatMap((list) => ('der' in list ? [list.der] : []));
    assert.equal((await verifyTimestamp(trust, { token: good.token!, digest: createHash('sha256').update(good.value).digest(), nonce: null, anchors: [anchor!.raw], crls: lists })).verdict, 'valid');
    for (const wrong of ['broken', 'other'] as const) {
      mode = wrong;
      const without = await parts();
      assert.deepEqual([without.token, without.says], [null, true], wrong);
    }
    server.closeAllConnections();
    await new Promise((resolve) => { server.close(resolve); });
    const away = await parts();
    assert.deepEqual([away.token, away.says], [null, true]);
    await web.owner('trust_source').where({ kind: 'tsa' }).update({ used_to: new Date() });
    assert.deepEqual((await parts()).token, null);
  });

  test('a whole class is one signed file, a cover for each sealed card; a class without a seal is a file of drafts', { skip: withoutPoppler }, async () => {
    const teacher = await web.as(who.teacherOf(0, who.classNames(0)[0]!));
    const count = async (classId: string): Promise<number> => (await row<{ count: number }>(web.owner, 'SELECT count(*)::int AS count FROM report_card WHERE class_id = :classId', { classId }))!.count;
    const covers = (pdf: Buffer): number => pageTexts(pdf).filter((page) => /CẤP TIỂU HỌC/.test(page)).length;
    const response = await teacher.get(`/lop/${sealed}/hoc-ba.pdf`);
    assert.equal(response.status, 200);
    const pdf = await bytes(response);
    assert.equal(covers(pdf), await count(sealed));
    assert.match(poppler('pdfsig', pdf, ['-nocert']), /Total document signed[\s\S]*Signature is Valid/);
    const draft = await (await web.as(who.at('principal', 0))).get(`/lop/${signed}/hoc-ba.pdf`);
    assert.match(draft.headers.get('content-disposition') ?? '', /ban-nhap/);
    assert.match(poppler('pdfsig', await bytes(draft), ['-nocert']), /does not contain any signatures/);
  });

  test('a card that is sealed but not received says so on every page and bears no signature of the Sở, alone or with its class', { skip: withoutPoppler }, async () => {
    const clerk = await web.as(who.at('clerk', 0));
    for (const path of [`/hoc-ba/${await cardOf(waiting)}/pdf`, `/lop/${waiting}/hoc-ba.pdf`]) {
      const pdf = await bytes(await clerk.get(path));
      assert.match(poppler('pdfsig', pdf, ['-nocert']), /does not contain any signatures/);
      for (const page of rawPages(pdf)) assert.match(page.replace(/\s/g, ''), /SỞCHƯATIẾPNHẬN/);
    }
  });

  test('a received card comes as a bundle that proves itself, with the evidence that is stored for it; one under way does not', async () => {
    const cardId = await cardOf(sealed);
    const clerk = await web.as(who.at('clerk', 0));
    const check = async () => checkBundle(readBundle(await bytes(await clerk.get(`/hoc-ba/${cardId}/kiem-tra.html`)))!.bundle);
    const bare = await check();
    assert.deepEqual([bare.kind, bare.lines.find(({ label }) => label === 'Dấu thời gian')?.kind], ['proven', 'absent']);
    await storeEvidence(web.owner, sealed);
    const full = await check();
    assert.deepEqual(full.lines.filter(({ kind }) => kind === 'false'), []);
    assert.deepEqual(full.lines.filter(({ label }) => label === 'Cây băm' || label === 'Dấu thời gian').map(({ kind }) => kind), ['proven', 'proven']);
    assert.equal((await clerk.get(`/hoc-ba/${await cardOf(signed)}/kiem-tra.html`)).status, 409);
  });

  test('a bundle vouches for no certificate that is known to have been revoked before the proven time, and for no bytes that were not received', async () => {
    const cardId = await cardOf(sealed);
    const clerk = await web.as(who.at('clerk', 0));
    const check = async () => checkBundle(readBundle(await bytes(await clerk.get(`/hoc-ba/${cardId}/kiem-tra.html`)))!.bundle);
    assert.equal((await check()).kind, 'proven');
    const own = (await row<{ document: Buffer }>(web.owner, 'SELECT document FROM report_card WHERE id = :cardId', { cardId }))!.document;
    const fingerprint = await revoked(Buffer.from(/<CBQL>.*?<X509Certificate>([^<]+)</s.exec(own.toString())![1]!, 'base64'));
    assert.equal((await check()).kind, 'proven', 'revoked after the proven time: what was signed before stays good');
    await web.owner('revoked_certificate').where({ fingerprint }).update({ effective_at: new Date('2020-01-01') });
    const refused = await check();
    assert.equal(refused.kind, 'false');
    assert.match(refused.lines.find(({ label }) => label === 'Nguồn gốc chứng thư')!.text, /thu hồi/);
    await web.owner('revoked_certificate').where({ fingerprint }).delete();

    const other = (await row<{ document: Buffer }>(web.owner, `SELECT document FROM report_card WHERE class_id = :sealed AND id <> :cardId ORDER BY id LIMIT 1`, { sealed, cardId }))!;
    for (const document of [other.document, Buffer.from(own.toString().replace('<GIOI_TINH>N', '<GIOI_TINH> N'))]) {
      await web.owner('report_card').where({ id: cardId }).update({ document });
      assert.equal((await clerk.get(`/hoc-ba/${cardId}/kiem-tra.html`)).status, 409);
    }
    await web.owner('report_card').where({ id: cardId }).update({ document: own });
  });

  test('only those who may read the card get it: not another school, not another class\'s teacher, not a stranger', async () => {
    const card = await cardOf(sealed);
    const [other, own] = [await web.as(who.at('clerk', 1)), await web.as(who.teacherOf(0, who.classNames(0)[1]!))];
    for (const path of [`/hoc-ba/${card}/pdf`, `/hoc-ba/${card}/kiem-tra.html`, `/lop/${sealed}/hoc-ba.pdf`]) {
      assert.equal((await other.get(path)).status, 403, path);
      assert.equal((await own.get(path)).status, 403, path);
      assert.equal((await web.stranger.get(path)).status, 303, path);
    }
  });

  test('a card whose stored bytes were changed is refused, not printed under the Sở\'s name', async () => {
    const clerk = await web.as(who.at('clerk', 0));
    const card = await cardOf(signed);
    await web.owner.raw(`UPDATE report_card SET document = convert_to(replace(convert_from(document, 'UTF8'), '<GIOI_TINH>N', '<GIOI_TINH> N'), 'UTF8') WHERE id = :card`, { card });
    const response = await clerk.get(`/hoc-ba/${card}/pdf`);
    assert.equal(response.status, 409);
    assert.match(await response.text(), /không khớp với chữ ký/);
  });
});
