import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { createHash, randomUUID } from 'node:crypto';
import { receiveSealed } from '../../activities/evidence/receive.js';
import { cutSchoolPackets } from '../../activities/packet/cut.js';
import { fileOfCard, storedAs } from '../../api/rendition/storedAs.js';
import { row, rows } from '../../db/connect.js';
import { issuedCardById } from '../../db/views/lookUp.js';
import type { Vendor } from '../../db/vendor/cards.js';
import { cutCard } from '../../formats/foreign/cutCard.js';
import { printedCard } from '../../formats/rendition/printedCard.js';
import { seal } from '../../runtime/seal.js';
import { keepWorld, type ActStage } from '../support/actStage.js';
import { teacher } from '../support/actSamples.js';
import { authority, intermediate, organisation, person } from '../support/certificates.js';
import { crlOf } from '../support/crl.js';
import { ca, phoneService, type PhoneService } from '../support/phoneService.js';
import { vendorSchool } from '../support/vendorSchool.js';

/** School 0's last class has no card: the school makes those with other software. */
describe('a file of signed cards that somebody made to get past the intake', () => {
  let world: Awaited<ReturnType<typeof keepWorld>>;
  let stage: ActStage;
  let phone: PhoneService;
  let vendor: Awaited<ReturnType<typeof vendorSchool>>;
  before(async () => { world = await keepWorld({ size: 'tiny', cardState: (schoolClass, schoolIndex) => (schoolIndex === 0 && schoolClass.grade === 5 ? null : 'drafted') }); });
  after(() => world.drop());
  beforeEach(async () => {
    stage = await world.open();
    phone = await phoneService(stage);
    vendor = await vendorSchool(stage, phone);
  });
  afterEach(() => stage.close());
  const LAST = 3;
  const receive = () => receiveSealed(phone.deps, stage.workflow.school(0));
  const stored = (id: string) => row<{ document: Buffer; vendor: Vendor | null; state: string }>(stage.owner, 'SELECT * FROM report_card WHERE id = :id', { id });
  const pupil = async () => (await vendor.pupils(LAST))[0] ?? assert.fail();

  test('by a principal who is no head of this school, though the certificate is lawful and the card names her, is refused', async () => {
    const stranger = '099170000099';
    const data = vendor.data(LAST, await pupil(), { approver: { fullName: 'Lý Thị Duyệt', personalNumber: stranger, title: 'HIỆU TRƯỞNG' } });
    const roles = vendor.roles().map((role) => (role.role === 'principal' ? { ...role, signer: person(ca, stranger), personalNumber: stranger } : role));
    assert.deepEqual((await vendor.handIn(vendor.batch([vendor.card(data, { roles })]))).faults.map(({ rule }) => rule), ['signer-unexpected']);

    await stage.owner('role_grant').where({ person_id: vendor.headId }).update({ revoked_at: new Date('2026-06-01T00:00:00Z') });
    const file = vendor.batch([vendor.card(vendor.data(LAST, await pupil()))]);
    assert.deepEqual((await vendor.handIn(file)).faults.map(({ rule }) => rule), ['signer-unexpected'], 'nor is one who had left by then');
    await stage.owner('role_grant').where({ person_id: vendor.headId }).update({ revoked_at: new Date('2026-06-30T00:00:00Z') });
    assert.deepEqual((await vendor.handIn(file)).faults, [], 'what was signed in office stays signed');
  });

  test('does not take back that the teacher returned the class', async () => {
    const classId = stage.classId(0, 0);
    const gone = (await vendor.pupils(0))[0] ?? assert.fail();
    await stage.owner.raw(`UPDATE report_card c SET state = 'superseded' FROM expected_pupil p WHERE p.id = c.expected_pupil_id AND p.pupil_code = :code`, { code: gone.identity.pupilCode });
    const task = await stage.task('review', classId);
    assert.deepEqual(await stage.ask({ act: 'report_wrong_rows', actorId: teacher(stage, 0), campaignId: stage.campaignId, schoolCode: stage.school(0), payload: { taskId: task.id, taskVersion: task.version, reason: 'Sai điểm Toán của hai em', pupilIds: [] } }), { kind: 'done' });
    const state = async () => (await row<{ collect_state: string }>(stage.owner, 'SELECT collect_state FROM class WHERE id = :classId', { classId }))?.collect_state;
    assert.equal(await state(), 'returned');
    assert.deepEqual((await vendor.handIn(vendor.batch([vendor.card(vendor.data(0, gone))]))).cards, { taken: 1, known: 0, refused: 0 });
    assert.equal(await state(), 'returned');
  });

  test('with a code in capitals is the same card everywhere: received, printed, packed', async () => {
    const id = randomUUID();
    const data = vendor.data(LAST, await pupil(), { cardId: id });
    assert.deepEqual((await vendor.handIn(vendor.batch([vendor.card(data, { edit: (xml) => xml.replaceAll(id, id.toUpperCase()) })]))).cards, { taken: 1, known: 0, refused: 0 });
    await receive();
    const card = (await issuedCardById(stage.api, { cardId: id })) ?? assert.fail();
    assert.equal(printedCard(card.document, storedAs(card), null).cardId, card.cardId);
    assert.deepEqual(await packed(), [{ card_count: 1 }]);
    const again = vendor.data(LAST, (await vendor.pupils(LAST))[1] ?? assert.fail(), { cardId: id });
    assert.deepEqual((await vendor.handIn(vendor.batch([vendor.card(again)]))).faults.map(({ rule }) => rule), ['code-used']);
  });

  const packed = async () => {
    const sender = organisation(ca, '0990000099');
    const certificateId = randomUUID();
    await stage.owner('packet_key').update({ active: false });
    await stage.owner('certificate').insert({
      id: certificateId, kind: 'organisation', der: sender.der, fingerprint: createHash('sha256').update(sender.der).digest('hex'), uid: 'MST:0990000099', serial: sender.certificate.serialNumber,
      valid_from: new Date(sender.certificate.validFrom), valid_to: new Date(sender.certificate.validTo),
    });
    await stage.owner('packet_key').insert({ id: randomUUID(), certificate_id: certificateId, active: true, sealed_key: seal(phone.deps.settings.HUB_SECRET_KEY, 'packet-key', sender.key.export({ type: 'pkcs8', format: 'der' })) });
    await cutSchoolPackets(phone.deps, stage.workflow.school(0));
    return rows<{ card_count: number }>(stage.owner, 'SELECT card_count FROM packet');
  };

  test('with an id that the Sở\'s packets use is refused at once, not after the Sở has received it', async () => {
    for (const id of ['dataDanhSach', 'sig-dataDanhSach', 'time-dataDanhSach']) {
      const roles = vendor.roles().map((role) => (role.role === 'seal' ? { ...role, id } : role));
      assert.deepEqual((await vendor.handIn(Buffer.from(vendor.batch([vendor.card(vendor.data(LAST, await pupil()), { roles })]).toString().replace(/<Signature [^>]*Id="sig-batch[^]*?(?=<\/DANH_SACH_HOC_BA>)/, '')))).faults.map(({ rule }) => rule), ['packet-id'], id);
    }
  });

  test('in namespaces with quotes, angle brackets and odd prefixes stays one card: in the packet, in the file handed out, at the look-up', async () => {
    const data = vendor.data(LAST, await pupil());
    const root = ' xmlns:q="urn:&quot;&gt;&lt;/DANH_SACH_HOC_BA&gt;&#10;&#9;&amp;" xmlns:__proto__="urn:p" xmlns:học="urn:h"';
    assert.deepEqual((await vendor.handIn(vendor.batch([vendor.card(data)], root))).faults, []);
    assert.deepEqual(Object.keys((await stored(data.cardId))?.vendor?.context ?? {}).sort(), ['__proto__', 'học', 'q']);
    await receive();
    assert.deepEqual(await packed(), [{ card_count: 1 }]);
    const card = (await stored(data.cardId)) ?? assert.fail();
    assert.equal(card.state, 'packed');
    assert.ok(cutCard(fileOfCard(card))?.equals(card.document), 'the file that the hub hands out is found again');
  });

  test('with half of a letter is refused as no XML, and nothing of it is tried for ever', async () => {
    const card = vendor.card(vendor.data(LAST, await pupil()), { edit: (xml) => xml.replace(/<QUE_QUAN>[^<]*/, '<QUE_QUAN>&#xD800;') });
    assert.deepEqual([(await vendor.handIn(vendor.batch([card]))).code], ['malformed']);
  });

  test('whose signers bring many certificates of authorities along, each few enough, is received as it was taken in', async () => {
    const between = intermediate(ca, 'CA trung gian');
    // By the same name too: only who has really signed lies above a signer.
    const strays = (from: number) => Array.from({ length: 6 }, (_, at) => authority(from === 0 ? 'CA trung gian' : `CA lạ ${from + at}`, `stray-${from + at}`).certificate.raw);
    const lists = phone.evidence.sources.revocationLists;
    phone.evidence.sources.revocationLists = async () => [...await lists(), { source: 'http://between.invalid/crl', der: crlOf(between, { thisUpdate: new Date(Date.now() - 60_000), nextUpdate: new Date(Date.now() + 3_600_000) }) }];
    const roles = vendor.roles({}, { principal: vendor.elsewhere(between) }).map((role, at) => ({ ...role, chain: [...strays(6 * at), ...(role.role === 'principal' ? [between.certificate.raw] : [])] }));
    const data = vendor.data(LAST, await pupil());
    assert.deepEqual((await vendor.handIn(vendor.batch([vendor.card(data, { roles })]))).faults, []);
    await receive();
    assert.equal((await stored(data.cardId))?.state, 'received');
  });

  test('whose revocation only a responder can tell is judged by it when it is handed in', async () => {
    phone.evidence.down.signers = 'absent';
    phone.evidence.responder.on = true;
    phone.evidence.revoke(vendor.signers.principal.certificate, { revokedAt: new Date('2026-01-01T00:00:00Z') });
    const file = vendor.batch([vendor.card(vendor.data(LAST, await pupil()))]);
    assert.deepEqual((await vendor.handIn(file)).faults.map(({ rule }) => rule), ['revoked']);
    assert.equal(phone.evidence.asked.answers, 3, 'about each certificate once');
    phone.evidence.release(vendor.signers.principal.certificate);
    assert.deepEqual((await vendor.handIn(file)).faults, []);
    phone.evidence.asked.answers = 0;
    phone.evidence.down.signers = false;
    await vendor.handIn(vendor.batch([vendor.card(vendor.data(LAST, (await vendor.pupils(LAST))[1] ?? assert.fail()))]));
    assert.equal(phone.evidence.asked.answers, 0, 'nobody is asked about what a list settles');
  });
});
