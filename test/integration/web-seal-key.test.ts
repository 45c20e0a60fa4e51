import assert from 'node:assert/strict';
import { createHash, createPrivateKey, randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { oneAtATime } from '../../api/certificates/oneAtATime.js';
import { row, rows } from '../../db/connect.js';
import type { SealKeySheet } from '../../domain/sheets/sealKey.js';
import { sealKeyPurpose, unseal } from '../../runtime/seal.js';
import { authority, organisation, person, type IssueOptions, type Signer } from '../support/certificates.js';
import { pkcs12Of } from '../support/pkcs12.js';
import { giveCertificates, nameApprovers, openTasks } from '../support/schoolWork.js';
import { seedProvince, type Seeded } from '../support/seedProvince.js';
import { staffing } from '../support/staffing.js';
import { startWeb, type Visitor, type Web } from '../support/web.js';

type Json = { sheet: SealKeySheet; actions: { give: { allowed: boolean }; withdraw: { allowed: boolean } } };
const PASSWORD = 'Mật khẩu con dấu';

describe('the page on which a school gives its seal to the hub', () => {
  let web: Web;
  let who: ReturnType<typeof staffing>;
  let seeded: Seeded;
  let head: Visitor;
  let page: string;
  const ca = authority();
  const fingerprint = (one: Signer): string => createHash('sha256').update(one.der).digest('hex');
  // Made before anybody asks for a page: while a key or a file is made nothing else runs here, and idle connections would be closed.
  let good: Signer;
  let elsewhere: Signer;
  let fresh: Signer;
  let freshFile: Buffer;
  let legacy: Buffer;
  let files: ReturnType<typeof filesOf>;
  const taxCode = () => seeded.province.schools[0]!.seal.taxCode;
  function filesOf() {
    const signer = (options: IssueOptions = {}): Signer => organisation(ca, taxCode(), options);
    return {
      'good': pkcs12Of(good, PASSWORD), 'elsewhere': pkcs12Of(elsewhere, PASSWORD),
      'text': Buffer.from('không phải chứng thư'),
      'another password': pkcs12Of(good, PASSWORD),
      'too many iterations': pkcs12Of(good, PASSWORD, ['-iter', '1000001', '-nomaciter']),
      'no key': pkcs12Of(good, PASSWORD, ['-nokeys']),
      'a person\'s': pkcs12Of(person(ca, '099185000001'), PASSWORD),
      'an expired one': pkcs12Of(signer({ notAfter: new Date('2025-06-01') }), PASSWORD),
      'one not valid yet': pkcs12Of(signer({ notBefore: new Date('2027-06-01') }), PASSWORD),
      'a weak key': pkcs12Of(organisation(ca, '0990000031', { keyKind: 'rsa-1024' }), PASSWORD),
      'an authority\'s': pkcs12Of(signer({ ca: true, commonName: 'CA con' }), PASSWORD),
      'another school\'s': pkcs12Of(organisation(ca, seeded.province.schools[1]!.seal.taxCode), PASSWORD),
      'a newer one of the school that the Sở has not approved': pkcs12Of(signer(), PASSWORD),
    };
  }

  before(async () => {
    web = await startWeb();
    seeded = await seedProvince(web.owner, { cardState: () => 'principal_signed' });
    who = staffing(seeded);
    good = organisation(ca, taxCode());
    elsewhere = organisation(authority('CA khác', 'seal-elsewhere'), taxCode());
    fresh = organisation(ca, taxCode());
    [freshFile, legacy] = [pkcs12Of(fresh, PASSWORD), pkcs12Of(good, PASSWORD, ['-legacy'])];
    files = filesOf();
    page = `/truong/${who.school(0)}/chung-thu`;
    await giveCertificates(web.owner);
    await nameApprovers(web.owner, seeded);
    await openTasks(web.owner, seeded);
    await web.owner('trust_anchor').insert({
      authority: 'CA thử nghiệm', der: ca.certificate.raw, fingerprint: ca.certificate.fingerprint256.replaceAll(':', '').toLowerCase(), subject: ca.certificate.subject,
      not_before: new Date(ca.certificate.validFrom), not_after: new Date(ca.certificate.validTo), self_signed: true, uses: ['organisation'],
    });
    head = await web.as(who.at('principal', 0));
    web.startWorker();
  });
  after(() => web.close());
  beforeEach(async () => {
    await web.owner('seal_key').delete();
    await web.owner('school').update({ seal_account: null, seal_certificate_id: null, seal_fingerprint: null });
  });

  const approve = (one: Signer) => web.owner('school').where({ code: who.school(0) }).update({ seal_fingerprint: fingerprint(one) });
  const send = async (file: Buffer | null, password: string, { by = head, decisionId = randomUUID(), to = page }: { by?: Visitor; decisionId?: string; to?: string } = {}) => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ csrf: by.csrf, decisionId, password })) form.append(name, value);
    if (file !== null) form.append('container', new Blob([new Uint8Array(file)]), 'con-dau.p12');
    const response = await by.get(to, { method: 'POST', body: form });
    return { status: response.status, text: await response.text(), location: response.headers.get('location') };
  };
  const kept = () => rows(web.owner, 'SELECT 1 FROM seal_key');

  test('takes the approved certificate with its password, shows whose it is and never the key, and deletes the key when it is withdrawn', async () => {
    await approve(good);
    assert.match(await head.page(page), /Hệ thống không giữ khóa nào của trường/);
    assert.equal((await send(files.good, PASSWORD)).status, 303);
    const shown = await head.page(page);
    const { sheet } = await head.json<Json>(page);
    const key = sheet.current!;
    for (const text of [good.certificate.serialNumber, `UID=MST:${taxCode()}`, fingerprint(good), 'Đang dùng', 'Gỡ khỏi hệ thống']) assert.ok(shown.includes(text), text);
    assert.ok(shown.includes((await row<{ name: string }>(web.owner, 'SELECT full_name AS name FROM person WHERE id = :id', { id: who.at('principal', 0) }))!.name), 'by whom');
    const stored = (await row<{ sealed_key: Buffer }>(web.owner, 'SELECT sealed_key FROM seal_key'))!.sealed_key;
    const plain = good.key.export({ type: 'pkcs8', format: 'der' });
    assert.ok(!stored.includes(plain.subarray(40, 80)));
    assert.ok(good.certificate.checkPrivateKey(createPrivateKey({ key: unseal(web.secret, sealKeyPurpose(key.id), stored), format: 'der', type: 'pkcs8' })));
    for (const text of ['PRIVATE KEY', PASSWORD, plain.toString('base64').slice(60, 100), stored.toString('base64').slice(0, 40)]) assert.ok(!shown.includes(text) && !JSON.stringify(sheet).includes(text), text);

    const clerk = await web.as(who.at('clerk', 0));
    assert.match(await clerk.page(`/truong/${who.school(0)}/ky-so`), /Hệ thống giữ/);
    assert.match(await clerk.page(`/truong/${who.school(0)}/ky-so`), /không cần xác nhận trên điện thoại/);
    const short = await head.post(`${page}/go`, { decisionId: randomUUID(), keyId: key.id, reason: '' });
    assert.equal(short.status, 422);
    assert.match(await short.text(), /Ghi lí do, ít nhất 5 ký tự/);
    const gone = await head.tell(`${page}/go`, { decisionId: randomUUID(), keyId: key.id, reason: 'Trường chuyển sang tài khoản ký số' });
    assert.deepEqual([gone.status, gone.body['outcome']], [200, 'done'], JSON.stringify(gone.body));
    assert.deepEqual(await row(web.owner, 'SELECT sealed_key FROM seal_key'), { sealed_key: null });
    assert.match(await head.page(page), /Đã gỡ hoặc đã thay/);
    assert.match(await clerk.page(`/truong/${who.school(0)}/ky-so`), /<button[^>]*disabled[^>]*>Ký số phát hành các lớp đã chọn/);
    const told = await rows<{ act: string; actor_id: string; detail: unknown }>(web.owner, `SELECT act, actor_id, detail FROM audit WHERE subject_kind = 'school' AND act IN ('give_seal', 'withdraw_seal') ORDER BY id`);
    assert.deepEqual(told.map(({ act, actor_id }) => [act, actor_id]), [['give_seal', who.at('principal', 0)], ['withdraw_seal', who.at('principal', 0)]]);
    assert.doesNotMatch(JSON.stringify([told, await rows(web.owner, 'SELECT payload FROM decision')]), new RegExp(`${PASSWORD}|PRIVATE`));
  });

  test('refuses what is none or cannot be used, each with what to do, and keeps nothing', async () => {
    await approve(good);
    const certificates = async () => (await rows(web.owner, 'SELECT 1 FROM certificate')).length;
    const before = await certificates();
    const sentences: Record<Exclude<keyof typeof files, 'good' | 'elsewhere'>, RegExp> = {
      'text': /Tệp không phải tệp chứng thư/,
      'another password': /Mật khẩu của tệp không đúng/,
      'too many iterations': /số vòng lặp mật khẩu quá lớn/,
      'no key': /không có khóa bí mật/,
      'a person\'s': /chứng thư cá nhân, không phải của tổ chức/,
      'an expired one': /đã hết hạn/,
      'one not valid yet': /chưa đến ngày có hiệu lực/,
      'a weak key': /cần RSA từ 2048 bit/,
      'an authority\'s': /không phải chứng thư của trường/,
      'another school\'s': /không phải chứng thư Sở GD&amp;ĐT đã phê duyệt cho trường này.*gửi dấu vân tay SHA-256/s,
      'a newer one of the school that the Sở has not approved': /không phải chứng thư Sở GD&amp;ĐT đã phê duyệt cho trường này/,
    };
    const large = await send(Buffer.alloc(256 * 1024 + 1), PASSWORD);
    assert.equal(large.status, 413);
    assert.match(large.text, /Tệp lớn hơn 256 KB/);
    assert.match((await send(null, PASSWORD)).text, /Chọn tệp \.p12 hoặc \.pfx của trường/);
    for (const [name, sentence] of Object.entries(sentences) as [keyof typeof files, RegExp][]) {
      const password = name === 'another password' ? 'mat khau con dau' : PASSWORD;
      const answer = await send(files[name], password);
      assert.equal(answer.status, 422, name);
      assert.match(answer.text, sentence, name);
      assert.ok(!answer.text.includes(password), `${name}: the password does not come back`);
    }
    await approve(elsewhere);
    assert.match((await send(files.elsewhere, PASSWORD)).text, /tổ chức chứng thực được Sở chấp nhận/);
    await web.owner('school').update({ seal_fingerprint: null });
    assert.match((await send(files.good, PASSWORD)).text, new RegExp(`chưa phê duyệt chứng thư nào cho trường.*${fingerprint(good)}`, 's'));
    assert.deepEqual([await kept(), await certificates()], [[], before]);
    assert.deepEqual(await rows(web.owner, `SELECT 1 FROM decision WHERE act = 'give_seal' AND outcome IS NULL`), []);
  });

  test('refused by the rule after the file was read, it keeps neither key nor certificate', async () => {
    await approve(fresh);
    await web.owner.raw(`UPDATE authority SET revoked_at = now() - interval '1 second' WHERE basis = 'head' AND school_code = :code`, { code: who.school(0) });
    try {
      const answer = await send(freshFile, PASSWORD);
      assert.equal(answer.status, 403);
      assert.match(answer.text, /do hiệu trưởng giao cho hệ thống/);
      assert.deepEqual([await kept(), await rows(web.owner, 'SELECT 1 FROM certificate WHERE fingerprint = :elsewhere', { elsewhere: fingerprint(fresh) })], [[], []]);
    } finally {
      await web.owner.raw(`UPDATE authority SET revoked_at = NULL WHERE basis = 'head' AND school_code = :code`, { code: who.school(0) });
    }
  });

  test('the same form twice gives one key', async () => {
    await approve(good);
    const decisionId = randomUUID();
    for (const _ of [1, 2]) assert.equal((await send(legacy, PASSWORD, { decisionId })).status, 303);
    assert.equal((await kept()).length, 1);
    await approve(fresh);
    const another = await send(freshFile, PASSWORD, { decisionId });
    assert.equal(another.status, 409, 'nor is another file under the same form said to be taken');
    assert.match(another.text, /Trang này đã cũ/);
  });

  test('while a file of somebody is being opened another of theirs is not, but one of another person is; afterwards it is again', async () => {
    await approve(good);
    let release = (): void => undefined;
    const opening = oneAtATime(who.at('principal', 0), () => new Promise<void>((resolve) => { release = resolve; }));
    const refused = await send(files.good, PASSWORD);
    assert.equal(refused.status, 422);
    assert.match(refused.text, /Tệp gửi trước còn đang mở/);
    assert.deepEqual(await kept(), []);
    const deputy = await web.as(who.at('deputy', 0));
    assert.match((await send(files.text, PASSWORD, { by: deputy })).text, /Tệp không phải tệp chứng thư/);
    release();
    await opening;
    assert.equal((await send(files.good, PASSWORD)).status, 303);
  });

  test('is the head\'s: a deputy and the clerk look, the Sở may take the key away, others see nothing', async () => {
    await approve(good);
    const [deputy, clerk, coordinator, elsewhere] = [await web.as(who.at('deputy', 0)), await web.as(who.at('clerk', 0)), await web.as(who.department('coordinator')), await web.as(who.at('principal', 1))];
    const file = files.good;
    assert.match((await send(file, PASSWORD, { by: deputy })).text, /do hiệu trưởng giao cho hệ thống/);
    for (const by of [clerk, coordinator, elsewhere]) assert.equal((await send(file, PASSWORD, { by })).status, 403);
    assert.deepEqual(await kept(), []);
    assert.equal((await send(file, PASSWORD)).status, 303);
    for (const [visitor, allowed] of [[deputy, false], [clerk, false], [coordinator, true], [head, true]] as const) {
      assert.equal((await visitor.json<Json>(page)).actions.withdraw.allowed, allowed);
      assert.equal((await visitor.page(page)).includes('id="nut-go"'), allowed);
    }
    assert.equal((await elsewhere.get(page)).status, 403);
    const keyId = (await head.json<Json>(page)).sheet.current!.id;
    assert.equal((await deputy.tell(`${page}/go`, { decisionId: randomUUID(), keyId, reason: 'Không phải việc này' })).body['code'], 'seal-head-only');
    assert.equal((await clerk.tell(`${page}/go`, { decisionId: randomUUID(), keyId, reason: 'Không phải việc này' })).status, 403);
    const other = await elsewhere.tell(`/truong/${who.school(1)}/chung-thu/go`, { decisionId: randomUUID(), keyId, reason: 'Của trường khác' });
    assert.equal(other.body['code'], 'not-found');
    assert.equal((await coordinator.tell(`${page}/go`, { decisionId: randomUUID(), keyId, reason: 'Trường báo mất tệp' })).body['outcome'], 'done');
    assert.deepEqual(await row(web.owner, 'SELECT sealed_key FROM seal_key'), { sealed_key: null });
  });
});
