import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { receiveSealed } from '../../activities/evidence/receive.js';
import { cutSchoolPackets } from '../../activities/packet/cut.js';
import { fileOfCard, storedAs } from '../../api/rendition/storedAs.js';
import { lookedUp } from '../../api/routes/lookUp/answer.js';
import { row, rows } from '../../db/connect.js';
import type { Vendor } from '../../db/vendor/cards.js';
import { vendorSignatures } from '../../db/views/cardHistory.js';
import { issuedCard, issuedCardById } from '../../db/views/lookUp.js';
import { renderToString } from 'preact-render-to-string';
import { freshForm } from '../../api/http/form.js';
import { UploadPage } from '../../dashboards/pages/roster/upload.js';
import { rosterSheet, uploadSheet } from '../../db/views/roster.js';
import { cardToPrint } from '../../db/views/printing.js';
import { cutCard } from '../../formats/foreign/cutCard.js';
import { verifyDocument } from '../../formats/foreign/verify.js';
import { printedCard } from '../../formats/rendition/printedCard.js';
import { seal } from '../../runtime/seal.js';
import { keepWorld, type ActStage } from '../support/actStage.js';
import { authority, intermediate, organisation, person } from '../support/certificates.js';
import { crlOf } from '../support/crl.js';
import { assertValid } from '../support/foreignVerdicts.js';
import { ca, phoneService, signBatch, type PhoneService } from '../support/phoneService.js';
import { schoolActs } from '../support/schoolActs.js';
import { IN_PLACE, vendorSchool } from '../support/vendorSchool.js';
import { questionsOf } from '../support/witnesses.js';
import { withoutXmlsec, xmlsecAccepts } from '../support/xmlsec.js';

/** School 0's first class is drafted here; its last has no card, since the school makes those with other software. */
describe('cards that other software has made and signed', () => {
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
  const classId = () => stage.classId(0, LAST);
  const receive = () => receiveSealed(phone.deps, stage.workflow.school(0));
  const states = async () => schoolActs(stage).states(classId());
  const stored = (id: string) => row<{ document: Buffer; vendor: Vendor | null; state: string; version: number }>(stage.owner, 'SELECT * FROM report_card WHERE id = :id', { id });
  const trust = async () => ({
    validator: phone.deps.trust.validator, anchors: [ca.certificate.raw], intermediates: [], at: null, crls: (await phone.deps.sources.revocationLists()).flatMap((list) => ('der' in list ? [list.der] : [])),
  });
  const ACCEPT = { kind: 'accept', profile: 'v1.0', requireTeacher: true, teacherMayApprove: false, approvedSeals: null, registered: new Map(), issuedHere: () => false } as const;

  test('are taken in as received, received under a time-stamp, printed, looked up, and packed with the namespaces that verified, beside our own', { skip: withoutXmlsec }, async () => {
    const pupils = await vendor.pupils(LAST);
    const data = pupils.map((record) => vendor.data(LAST, record));
    const cards = data.map((one, place) => vendor.card(one, { roles: vendor.roles(place === 0 ? { ...IN_PLACE, prefix: 'ds:' } : IN_PLACE), indent: place % 2 === 1, crlf: place === 1 }));
    const file = vendor.batch(cards);
    const handedIn = await vendor.handIn(file);
    assert.deepEqual([handedIn.state, handedIn.cards, handedIn.faults], ['read', { taken: pupils.length, known: 0, refused: 0 }, []]);
    assert.deepEqual(await states(), { sealed: pupils.length });
    const first = (await stored(data[0]!.cardId))!;
    assert.ok(file.includes(first.document) && first.document.toString().startsWith('<HOC_BA>'), 'as it stood in the file, to the byte');
    assert.deepEqual([first.vendor?.profile, Object.keys(first.vendor?.context ?? {}).sort()], ['v1.0', ['xsd', 'xsi']]);

    await receive();
    assert.deepEqual(await states(), { received: pupils.length });
    assert.equal(phone.evidence.asked.tokens, 1);

    const printed = printedCard(first.document, storedAs((await cardToPrint(stage.api, { cardId: data[0]!.cardId }))!), null);
    assert.deepEqual([printed.schoolName, printed.record.identity.fullName, printed.approver?.title], ['Trường Tiểu học Phần Mềm Khác', pupils[0]!.identity.fullName, 'HIỆU TRƯỞNG']);
    assert.deepEqual((await vendorSignatures(stage.api, { cardId: data[0]!.cardId })).map(({ role, fullName }) => [role, fullName]), [['teacher', 'Hà Văn Chủ Nhiệm'], ['principal', 'Lý Thị Duyệt'], ['seal', 'Trường Tiểu học Phần Mềm Khác']]);
    const handedOut = fileOfCard(first);
    assert.ok(handedOut.includes(first.document) && handedOut.length > first.document.length);
    const alone = await verifyDocument({ bytes: handedOut, policy: ACCEPT, trust: await trust(), now: new Date() });
    assert.ok(alone.kind === 'batch' && alone.cards.length === 1);
    alone.cards.forEach(assertValid);
    assert.ok(cutCard(handedOut)?.equals(first.document));
    const found = await issuedCard(stage.api, { cardId: data[0]!.cardId, birthDate: pupils[0]!.identity.birthDate });
    const { status, signatures } = lookedUp(found!);
    assert.deepEqual([status, signatures.map(({ role, name, signedAt }) => [role, name, signedAt])], ['in-force', [
      ['teacher', 'Hà Văn Chủ Nhiệm', '2026-06-01T01:15:00.000Z'], ['principal', 'Lý Thị Duyệt', '2026-06-02T01:15:00.000Z'], ['seal', 'Trường Tiểu học Thử Nghiệm', '2026-06-02T02:15:00.000Z'],
    ]]);

    const acts = schoolActs(stage);
    for (const batch of [() => acts.review(0), () => acts.approve([0]), () => acts.seal(0)]) await signBatch(stage, phone, await batch());
    const own = await stage.cards(stage.classId(0, 0), 'received');
    await givePacketKey();
    await cutSchoolPackets(phone.deps, stage.workflow.school(0));
    const packets = await rows<{ bytes: Buffer; card_count: number }>(stage.owner, 'SELECT bytes, card_count FROM packet');
    assert.deepEqual(packets.map(({ card_count }) => card_count), [own.length + pupils.length]);
    const packet = packets[0]!.bytes;
    for (const one of [...own, ...data.map(({ cardId }) => cardId)]) assert.ok(packet.includes((await stored(one))!.document), one);
    const verdict = await verifyDocument({ bytes: packet, policy: ACCEPT, trust: await trust(), now: new Date() });
    assert.ok(verdict.kind === 'batch' && verdict.cards.length === own.length + pupils.length);
    verdict.cards.forEach(assertValid);
    const time = new Date(Date.now() + 60_000).toISOString().slice(0, 19).replace('T', ' ');
    const foreign = questionsOf(packet).filter(({ signatureId }) => !/-[0-9a-f]{8}-[0-9a-f]{4}-/.test(signatureId));
    assert.equal(foreign.length, 3 * (pupils.length - 1) + 1, 'those without a prefix, and the transaction');
    for (const { signatureId } of foreign) assert.ok(xmlsecAccepts(packet, signatureId, ca.certificate.toString(), time), signatureId);
  });

  async function givePacketKey(): Promise<void> {
    const sender = organisation(ca, '0990000099');
    const certificateId = randomUUID();
    await stage.owner('packet_key').update({ active: false });
    await stage.owner('certificate').insert({
      id: certificateId, kind: 'organisation', der: sender.der, fingerprint: createHash('sha256').update(sender.der).digest('hex'), uid: 'MST:0990000099', serial: sender.certificate.serialNumber,
      valid_from: new Date(sender.certificate.validFrom), valid_to: new Date(sender.certificate.validTo),
    });
    await stage.owner('packet_key').insert({ id: randomUUID(), certificate_id: certificateId, active: true, sealed_key: seal(phone.deps.settings.HUB_SECRET_KEY, 'packet-key', sender.key.export({ type: 'pkcs8', format: 'der' })) });
  }

  test('of different surroundings go in packets of their own', async () => {
    const [one, other] = await vendor.pupils(LAST);
    await vendor.handIn(vendor.batch([vendor.card(vendor.data(LAST, one!), { roles: vendor.roles(IN_PLACE) })]));
    await vendor.handIn(vendor.batch([vendor.card(vendor.data(LAST, other!), { roles: vendor.roles(IN_PLACE) })], ' xmlns:q="urn:q"'));
    await receive();
    await givePacketKey();
    await cutSchoolPackets(phone.deps, stage.workflow.school(0));
    const packets = await rows<{ bytes: Buffer; card_count: number }>(stage.owner, 'SELECT bytes, card_count FROM packet');
    assert.deepEqual(packets.map(({ card_count }) => card_count), [1, 1]);
    for (const { bytes } of packets) {
      const verdict = await verifyDocument({ bytes, policy: ACCEPT, trust: await trust(), now: new Date() });
      assert.ok(verdict.kind === 'batch');
      verdict.cards.forEach(assertValid);
    }
  });

  test('handed in again change nothing; read twice, a file stores nothing twice', async () => {
    const [pupil] = await vendor.pupils(LAST);
    const file = Buffer.from(vendor.batch([vendor.card(vendor.data(LAST, pupil!))]));
    const once = await vendor.handIn(file);
    assert.deepEqual(once.cards, { taken: 1, known: 0, refused: 0 });
    assert.deepEqual((await vendor.handIn(file)).cards, { taken: 0, known: 1, refused: 0 });
    assert.equal((await stage.cards(classId())).length, 1);
  });

  test('are refused one by one with a sentence, by what the verifier, the list and the cards already there have against them', async () => {
    const [a, b, c, d, e] = await vendor.pupils(LAST) as [Pupil, Pupil, Pupil, Pupil, Pupil];
    const drafted = (await vendor.pupils(0))[0]!;
    const [own] = await stage.cards(stage.classId(0, 0));
    const other = person(authority('CA khác', 'vendor-elsewhere'), '099170000072');
    const changed = (data: ReturnType<typeof vendor.data>) => vendor.card(data, { edit: (card) => card });
    const file = vendor.batch([
      changed(vendor.data(LAST, a)),
      vendor.card(vendor.data(LAST, b, { school: { code: '0000000', name: 'Trường khác', communeName: 'Xã', districtName: null } })),
      vendor.card(vendor.data(LAST, b, { schoolYear: '2019-2020' as never })),
      vendor.card(vendor.data(LAST, { ...b, identity: { ...b.identity, pupilCode: 'LA' } })),
      vendor.card(vendor.data(LAST, { ...b, identity: { ...b.identity, fullName: 'Tên Khác Hẳn' } })),
      vendor.card(vendor.data(0, drafted)),
      vendor.card(vendor.data(LAST, c, { cardId: own! })),
      vendor.card(vendor.data(LAST, d), { roles: vendor.roles({}, { principal: other }) }),
      vendor.card(vendor.data(LAST, e), { roles: vendor.roles({}, { seal: organisation(ca, vendor.school.seal.taxCode) }) }),
      vendor.card(vendor.data(LAST, a)),
    ]).toString().replace(/(<HOC_BA>[^]*?<CAN_NANG>)[^<]*/, '$199.9');
    // The sender's own signature no longer holds: without it the cards are judged one by one.
    const unsigned = file.slice(0, file.lastIndexOf('<Signature ')) + '</DANH_SACH_HOC_BA>';
    const { uploadId, state, cards, faults } = await vendor.handIn(Buffer.from(unsigned));
    assert.deepEqual(faults.map(({ rule }) => rule), ['data-changed', 'other-school', 'other-year', 'pupil-unknown', 'pupil-differs', 'card-exists', 'own-card-reshaped', 'issuer-unknown', 'seal-unapproved']);
    assert.deepEqual([state, cards], ['read', { taken: 1, known: 0, refused: 9 }]);
    assert.equal(faults[0]?.cell, '/HOC_BA[1]');
    for (const { message } of faults) assert.ok(message.length > 30 && message.includes(';'), message);
    assert.equal((await stage.cards(classId())).length, 1);
    const page = await pageOf(uploadId);
    assert.match(page, /Đã nhận 1 học bạ đã ký[\s\S]*9 học bạ không nhận: xem lí do ở dưới/);
    assert.match(page, /Có học bạ không nhận/);
    assert.doesNotMatch(page, /chưa nhận/, 'a fault of one card keeps no other of its class back');
    const whole = await vendor.handIn(Buffer.from(file));
    assert.deepEqual([whole.state, whole.code], ['refused', 'transaction-changed']);
  });
  type Pupil = Awaited<ReturnType<typeof vendor.pupils>>[number];

  /** What the clerk reads of a file. */
  const pageOf = async (uploadId: string): Promise<string> => {
    const sheet = await uploadSheet(stage.api, { uploadId, schoolCode: stage.school(0), actorId: stage.who.at('clerk', 0) });
    return renderToString(UploadPage({ sheet: sheet!, confirm: freshForm(''), discard: freshForm('') }));
  };

  test('are held to what the campaign asks of them', async () => {
    const [pupil] = await vendor.pupils(LAST);
    const without = vendor.batch([vendor.card(vendor.data(LAST, pupil!), { roles: vendor.roles().slice(1) })]);
    await stage.owner.raw(`UPDATE campaign SET policy = policy || '{"vendorTeacher": "required"}'`);
    assert.deepEqual((await vendor.handIn(without)).faults.map(({ rule }) => rule), ['role-missing']);
    await stage.owner.raw(`UPDATE campaign SET policy = policy || '{"vendorTeacher": "optional"}'`);
    assert.deepEqual((await vendor.handIn(without)).cards, { taken: 1, known: 0, refused: 0 });
  });

  test('whose authority came only in KeyInfo are received, and the authority is kept with the evidence', async () => {
    const [pupil] = await vendor.pupils(LAST);
    const between = intermediate(ca, 'CA trung gian');
    const principal = vendor.elsewhere(between);
    phone.evidence.sources.revocationLists = withListOf(phone, between);
    const file = vendor.batch([vendor.card(vendor.data(LAST, pupil!), { roles: vendor.roles({ chain: [between.certificate.raw] }, { principal }) })]);
    assert.deepEqual((await vendor.handIn(file)).faults, []);
    await receive();
    assert.deepEqual(await states(), { received: 1 });
    const kept = await rows(stage.owner, `SELECT 1 FROM evidence_use u WHERE u.sha256 = :sha256`, { sha256: createHash('sha256').update(between.certificate.raw).digest('hex') });
    assert.equal(kept.length, 1);
  });

  test('whose certificate is revoked by the time of receipt are put aside by name, count as not handed in, and others take their place', async () => {
    const [pupil] = await vendor.pupils(LAST);
    const data = vendor.data(LAST, pupil!);
    const missing = async () => (await row<{ position: string }>(stage.owner, `SELECT position FROM pupil_progress g JOIN expected_pupil p ON p.id = g.expected_pupil_id WHERE p.pupil_code = :code`, { code: pupil!.identity.pupilCode }))!.position;
    phone.evidence.down.signers = true;
    assert.deepEqual((await vendor.handIn(vendor.batch([vendor.card(data)]))).cards, { taken: 1, known: 0, refused: 0 }, 'whether it is revoked cannot be asked now, and the receipt waits for that');
    phone.evidence.down.signers = false;
    phone.evidence.revoke(vendor.signers.principal.certificate, { revokedAt: new Date('2026-10-01T00:00:00Z') });
    await receive();
    assert.deepEqual([(await stored(data.cardId))?.state, await missing()], ['superseded', 'missing']);
    assert.equal(await issuedCardById(stage.api, { cardId: data.cardId }), undefined);
    const aside = async () => (await rosterSheet(stage.api, { schoolCode: stage.school(0), actorId: stage.who.at('clerk', 0) }))!.putAside.map(({ role, code, cards }) => [role, code, cards]);
    assert.deepEqual(await aside(), [['principal', 'revoked', 1]]);
    await receive();

    const roles = vendor.roles({}, { principal: person(ca, '099170000072') });
    assert.deepEqual((await vendor.handIn(vendor.batch([vendor.card(data, { roles })]))).faults.map(({ rule }) => rule), ['code-used']);
    const renewed = vendor.data(LAST, pupil!);
    assert.deepEqual((await vendor.handIn(vendor.batch([vendor.card(renewed, { roles })]))).faults, []);
    await receive();
    const { state, version } = (await stored(renewed.cardId))!;
    assert.deepEqual([state, version, await aside()], ['received', 2, []]);
  });

  test('that the Kho refused are replaced by what is handed in next', async () => {
    const [pupil] = await vendor.pupils(LAST);
    const [first, second] = [vendor.data(LAST, pupil!), vendor.data(LAST, pupil!)];
    await vendor.handIn(vendor.batch([vendor.card(first)]));
    await receive();
    assert.deepEqual((await vendor.handIn(vendor.batch([vendor.card(second)]))).faults.map(({ rule }) => rule), ['card-exists']);
    await stage.owner('report_card').where({ id: first.cardId }).update({ state: 'refused' });
    assert.deepEqual((await vendor.handIn(vendor.batch([vendor.card(second)]))).cards, { taken: 1, known: 0, refused: 0 });
    assert.deepEqual([(await stored(first.cardId))?.state, (await stored(second.cardId))?.state], ['superseded', 'sealed']);
    assert.equal((await row<{ id: string }>(stage.owner, 'SELECT replaces_id AS id FROM report_card WHERE id = :id', { id: second.cardId }))?.id, first.cardId);
  });

  test('handed in while the campaign does not run, or as no XML, leave nothing behind', async () => {
    assert.deepEqual((await vendor.handIn(Buffer.from('<HOC_BA>'))).faults.map(({ rule }) => rule), ['malformed']);
    assert.deepEqual([(await vendor.handIn(Buffer.from('<DANH_SACH_HOC_BA><X/></DANH_SACH_HOC_BA>'))).code], ['unknown-block']);
    const [pupil] = await vendor.pupils(LAST);
    await stage.owner.raw(`UPDATE campaign SET state = 'cancelled', ended_at = now()`);
    assert.equal((await vendor.handIn(vendor.batch([vendor.card(vendor.data(LAST, pupil!))]))).code, 'campaign-not-running');
    assert.deepEqual(await states(), {});
  });
});

/** The lists of the test's authority, and one of an authority under it. */
function withListOf(phone: PhoneService, between: ReturnType<typeof intermediate>): PhoneService['evidence']['sources']['revocationLists'] {
  const lists = phone.evidence.sources.revocationLists;
  return async () => [...await lists(), { source: 'http://between.invalid/crl', der: crlOf(between, { thisUpdate: new Date(Date.now() - 60_000), nextUpdate: new Date(Date.now() + 3_600_000) }) }];
}
