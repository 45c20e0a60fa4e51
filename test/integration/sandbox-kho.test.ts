import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { SignedXml } from 'xml-crypto';
import type { Instant } from '../../domain/brand.js';
import { writeCard } from '../../formats/card/write.js';
import { packBatch } from '../../formats/kho/batch.js';
import { encodeContent } from '../../formats/kho/content.js';
import { signCertificateRegistration, signTransaction } from '../../formats/kho/transaction.js';
import { openKhoAccount } from '../../sandbox/province/accounts.js';
import { generateProvince } from '../../sandbox/province/generateProvince.js';
import { ca, cardData, signedCard, signers, signRole } from '../support/cards.js';
import { organisation } from '../support/certificates.js';
import { eventually, postJson, startSandbox, temporaryDirectory, type SandboxProcess } from './sandboxProcess.js';

type Receipt = { MessageId: string; Error: string; ResponseCode: string };
type ResultLine = { ma_hoc_sinh: string; ma_tra_cuu_uuid: string; so_cccd: string; ten_hoc_sinh: string; trang_thai: 0 | 1; error: string; error_field_title: string; error_description: string };
type Result = Receipt & { danh_sach_ket_qua?: ResultLine[] };

const PASSWORD = 'mat-khau-thu-nghiem';
const SENDER = organisation(ca, '9900000001', { commonName: 'Sở GD&ĐT Mô Phỏng' });
const NOW = '2026-06-05T08:00:00+07:00' as Instant;

describe('the Kho of the sandbox', () => {
  let kho: SandboxProcess;
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let token = '';

  const start = async (): Promise<void> => {
    kho = await startSandbox('kho', { KHO_PORT: '0', KHO_DIR: directory.path, KHO_JUDGE_AFTER_MS: '100', KHO_DECIDE_AFTER_MS: '100' });
    await signIn();
  };
  const passwordHash = createHash('sha256').update(PASSWORD).digest('hex');
  const signIn = async (): Promise<void> => {
    const { body } = await postJson(`${kho.url}/api/token`, { user_name: 'so99', password: passwordHash });
    token = (body as { token: string }).token;
  };
  const call = async <T>(path: string, messageid: string, more: Record<string, unknown> = {}, entry: Record<string, unknown> = {}): Promise<{ status: number; body: T }> =>
    await postJson(`${kho.url}/api/${path}`, {
      authenticationRequest: { token, user_name: 'so99', password: passwordHash, ma_don_vi: '99', nam_hoc: 2025, messageid, type: '1', function: 'NOP', ...entry },
      ...more,
    }) as { status: number; body: T };

  const sign = (batch: Buffer, by = SENDER): Buffer => signTransaction({ xml: batch, key: by.key, certificate: by.der, signedAt: NOW });
  const packetOf = (...cards: Buffer[]): string => encodeContent(sign(packBatch(cards)));
  const submit = (content: string, messageid: string = randomUUID()) => call<Receipt>('submit', messageid, { content });
  const verdicts = async (messageid: string): Promise<ResultLine[]> =>
    (await eventually(() => call<Result>('result', messageid), ({ body }) => body.ResponseCode === '02')).body.danh_sach_ket_qua ?? [];
  const judged = async (...cards: Buffer[]): Promise<ResultLine[]> => {
    const messageid = randomUUID();
    assert.equal((await submit(packetOf(...cards), messageid)).body.Error, '');
    return verdicts(messageid);
  };
  const ledger = async (): Promise<{ messageid: string; uuid: string; ma_hoc_sinh: string; trang_thai: number; error: string; sha256: string; at: string }[]> =>
    (await (await fetch(`${kho.url}/sandbox/ledger`)).text()).split('\n').filter(Boolean).map((line) => JSON.parse(line) as never);
  const faults = (script: unknown) => postJson(`${kho.url}/sandbox/faults`, script);
  const registration = (by = SENDER, overrides: Record<string, unknown> = {}) => ({
    serial_number: by.certificate.serialNumber.toLowerCase(), ngay_hieu_luc: '2025-01-01T07:00:00+07:00', ma_kieu_chu_ky: 'REMOTE_SIGNING', nha_phat_hanh: 'MO_PHONG',
    content: encodeContent(signCertificateRegistration({ unitCode: '99', key: by.key, certificate: by.der, signedAt: NOW })), ...overrides,
  });
  /** A card with its data changed before anyone signed it. */
  const changed = (seed: number, change: (xml: string) => string): Buffer =>
    (['teacher', 'principal', 'seal'] as const).reduce<Buffer>((card, role) => signRole(card, role), Buffer.from(change(writeCard(cardData(seed)).toString('utf8'))));
  /** A signed card with its data changed: the Kho says what is wrong with the data before it looks at any signature. */
  const tampered = (seed: number, change: (xml: string) => string): Buffer => Buffer.from(change(signedCard({ seed }).toString('utf8')));

  before(async () => {
    directory = await temporaryDirectory();
    kho = await startSandbox('kho', { KHO_PORT: '0', KHO_DIR: directory.path, KHO_JUDGE_AFTER_MS: '100', KHO_DECIDE_AFTER_MS: '100' });
    await openKhoAccount(generateProvince({ size: 'tiny', seed: 1 }), kho.url, { userName: 'so99', password: PASSWORD });
    await signIn();
  });
  after(async () => {
    assert.equal(await kho.stop(), 0);
    await directory.remove();
  });

  test('a packet signed by an unregistered certificate is refused; once the certificate is approved it is taken', async () => {
    const content = packetOf(signedCard({ seed: 1 }));
    assert.equal((await submit(content)).body.Error, 'CHUNG_THU_CHUA_DUYET');
    const messageid = randomUUID();
    const answer = await call<{ error: string; error_filed_title: string }>('certificate', messageid, registration());
    assert.deepEqual(answer.body, { messageid, error: '', error_filed_title: '', error_description: '' });
    const decided = await eventually(() => call<{ trang_thai_phe_duyet?: number; serial_number: string }>('certificate-result', messageid, {}, { nam_hoc: undefined, ma_nam_hoc: 2025 }), ({ body }) => body.trang_thai_phe_duyet !== undefined);
    assert.deepEqual([decided.body.trang_thai_phe_duyet, decided.body.serial_number], [1, SENDER.certificate.serialNumber.toLowerCase()]);
    assert.equal((await submit(content)).body.ResponseCode, '00');
  });

  test('a registration must hold the certificate, be signed by it and say the truth about it', async () => {
    const wrong = async (overrides: Record<string, unknown>, by = SENDER): Promise<string> => {
      const { body } = await call<{ error: string; error_filed_title: string }>('certificate', randomUUID(), registration(by, overrides));
      return `${body.error} ${body.error_filed_title}`;
    };
    assert.equal(await wrong({ serial_number: 'abcdef' }), 'SAI_GIA_TRI serial_number');
    assert.equal(await wrong({ nha_phat_hanh: 'AI_DO' }), 'SAI_GIA_TRI nha_phat_hanh');
    assert.equal(await wrong({ ngay_hieu_luc: '2024-01-01T00:00:00+07:00' }), 'SAI_GIA_TRI ngay_hieu_luc');
    assert.equal(await wrong({ content: packetOf(signedCard({ seed: 1 })) }), 'SAI_CHU_KY content');
    assert.equal(await wrong({}, signers().principal), 'SAI_CHUNG_THU content');
    await faults({ refuseCertificateNext: 1 });
    const messageid = randomUUID();
    await call('certificate', messageid, registration(organisation(ca, '9900000002')));
    const decided = await eventually(() => call<{ trang_thai_phe_duyet?: number }>('certificate-result', messageid), ({ body }) => body.trang_thai_phe_duyet !== undefined);
    assert.equal(decided.body.trang_thai_phe_duyet, 0);
  });

  test('who may enter: token, account, unit; and the shape of what is sent', async () => {
    assert.equal((await postJson(`${kho.url}/api/token`, { user_name: 'so99', password: '0'.repeat(64) })).status, 401);
    for (const [entry, error] of [[{ token: 'x' }, 'TOKEN_KHONG_HOP_LE'], [{ password: '0'.repeat(64) }, 'SAI_TAI_KHOAN'], [{ ma_don_vi: '98' }, 'SAI_DON_VI']] as const) {
      const { status, body } = await call<Receipt>('result', randomUUID(), {}, entry);
      assert.deepEqual([status, body.Error], [401, error]);
    }
    assert.equal((await call<Receipt>('submit', 'not-a-uuid', { content: 'x' })).status, 400);
    assert.equal((await call<Receipt>('submit', randomUUID())).status, 400);
    assert.equal((await call<Receipt>('result', randomUUID())).body.Error, 'KHONG_TIM_THAY');
    assert.deepEqual((await call<{ danh_muc: { ma: string }[] }>('signature-kinds', randomUUID())).body.danh_muc.map(({ ma }) => ma), ['REMOTE_SIGNING', 'USB_TOKEN']);
  });

  test('good cards of the hub are accepted, each with a ledger line that has the hash of its bytes', async () => {
    const cards = [2, 3, 4, 5].map((seed) => signedCard({ seed, cover: (['annex', 'signature', 'block'] as const)[seed % 3] ?? 'annex' }));
    const lines = await judged(...cards);
    assert.deepEqual(lines.map((line) => [line.trang_thai, line.error, line.error_description]), cards.map(() => [1, '', '']));
    assert.deepEqual(lines.map((line) => line.ma_tra_cuu_uuid), [2, 3, 4, 5].map((seed) => cardData(seed).cardId));
    assert.equal(lines[0]?.so_cccd, cardData(2).record.identity.personalNumber);
    const kept = (await ledger()).slice(-4);
    assert.deepEqual(kept.map((line) => line.sha256), cards.map((card) => createHash('sha256').update(card).digest('hex')));
    assert.deepEqual(kept.map((line) => line.ma_hoc_sinh), [2, 3, 4, 5].map((seed) => cardData(seed).record.identity.pupilCode));
    assert.equal((await readFile(join(directory.path, 'ledger.jsonl'), 'utf8')).split('\n').filter(Boolean).length, (await ledger()).length);
  });

  test('cards of the newer layout are judged by it, though their ids repeat within a packet', async () => {
    const cards = [30, 31, 32].map((seed) => signedCard({ seed, profile: 'v1.1', cover: (['annex', 'signature', 'block'] as const)[seed % 3] ?? 'annex', xades: seed === 31 }));
    assert.deepEqual((await judged(...cards, signedCard({ seed: 33, xades: true }))).map((line) => [line.trang_thai, line.error_description]), [[1, ''], [1, ''], [1, ''], [1, '']]);
    const newer = (seed: number, change: (xml: string) => string) => Buffer.from(change(signedCard({ seed, profile: 'v1.1' }).toString('utf8')));
    const lines = await judged(
      newer(34, (xml) => xml.replace(/<MUC_DAT_DUOC>([TH])</, (_, level: string) => `<MUC_DAT_DUOC>${level === 'T' ? 'H' : 'T'}<`)),
      newer(35, (xml) => xml.replace('<PHIEN_BAN>1.1<', '<PHIEN_BAN>1.0<')),
      newer(36, (xml) => xml.replace(/<KY_PHAT_HANH>.*<\/KY_PHAT_HANH>/s, '')),
      newer(37, (xml) => xml.replace(/<CBQL>.*<\/CBQL>/s, (block) => block.replaceAll('"#data"', '"#thongtinhocba"'))),
      Buffer.from(signedCard({ seed: 38 }).toString('utf8').replace('<PHIEN_BAN>1.0<', '<PHIEN_BAN>1.1<')),
    );
    assert.deepEqual(lines.map((line) => `${line.error} ${line.error_field_title}`), [
      'SAI_CHU_KY GVCN', 'SAI_DINH_DANG THONG_TIN_HOC_BA', 'THIEU_CHU_KY KY_PHAT_HANH', 'SAI_CHU_KY CBQL', 'SAI_DINH_DANG THONG_TIN_HOC_BA',
    ]);
  });

  test('the same message again is the same receipt and one judgement; with other bytes it is an error', async () => {
    const messageid = randomUUID();
    const content = packetOf(signedCard({ seed: 6 }));
    const answers = await Promise.all([submit(content, messageid), submit(content, messageid), submit(content, messageid)]);
    for (const answer of answers) assert.deepEqual(answer, answers[0]);
    assert.equal((await submit(packetOf(signedCard({ seed: 7 })), messageid)).body.Error, 'MESSAGEID_DA_DUNG');
    assert.equal((await verdicts(messageid))[0]?.trang_thai, 1);
    assert.deepEqual((await submit(content, messageid)).body, answers[0]?.body);
    assert.equal((await ledger()).filter((line) => line.uuid === cardData(6).cardId).length, 1);
  });

  test('a card that was accepted is not accepted again, nor a second one of the same pupil and year', async () => {
    const again = signedCard({ seed: 8 });
    const renewed = changed(8, (xml) => xml.replaceAll(cardData(8).cardId, cardData(9).cardId));
    const errors = (await judged(again, again, renewed)).map((line) => line.error);
    assert.deepEqual(errors, ['', 'UUID_DA_TON_TAI', 'HOC_BA_DA_CO']);
  });

  test('data is checked field by field', async () => {
    const replace = (tag: string, value: string) => (xml: string): string => xml.replace(new RegExp(`<${tag}>[^<]*</${tag}>`), value === '' ? '' : `<${tag}>${value}</${tag}>`);
    const cases: [(xml: string) => string, string][] = [
      [replace('HO_VA_TEN_ME', ''), 'THIEU_TRUONG HO_VA_TEN_ME'],
      [replace('MUC_DAT_DUOC', 'X'), 'SAI_GIA_TRI MUC_DAT_DUOC'],
      [replace('PHAM_CHAT_NHAN_AI', 'D'), 'SAI_GIA_TRI PHAM_CHAT_NHAN_AI'],
      [replace('SO_CCCD', '12345678901'), 'SAI_GIA_TRI SO_CCCD'],
      [replace('GIOI_TINH', cardData(10).record.identity.sex === 'male' ? 'Nữ' : 'Nam'), 'SAI_SO_CCCD SO_CCCD'],
      [replace('NGAY_SINH', '2001-01-01T00:00:00+07:00'), 'SAI_SO_CCCD SO_CCCD'],
      [(xml) => xml.replace(/<TONG_KET>.*<\/TONG_KET>/s, ''), 'THIEU_TRUONG TONG_KET'],
      [replace('KET_QUA_XEP_LOAI', 'GIỎI'), 'SAI_GIA_TRI KET_QUA_XEP_LOAI'],
    ];
    const lines = await judged(...cases.map(([change], index) => tampered(10, (xml) => change(xml).replaceAll(cardData(10).cardId, cardData(100 + index).cardId))));
    assert.deepEqual(lines.map((line) => `${line.error} ${line.error_field_title}`), cases.map(([, expected]) => expected));
  });

  test('a grade changed after signing, a missing seal and another person\'s signature are refused', async () => {
    const good = signedCard({ seed: 11 }).toString('utf8');
    const grade = good.replace(/<MUC_DAT_DUOC>([TH])</, (_, level: string) => `<MUC_DAT_DUOC>${level === 'T' ? 'H' : 'T'}<`);
    const unsealed = good.replace(/<KY_PHAT_HANH>.*<\/KY_PHAT_HANH>/s, '').replaceAll(cardData(11).cardId, cardData(12).cardId);
    const teacherOnly = ['teacher', 'principal'] as const;
    const halfSigned = teacherOnly.reduce<Buffer>((card, role) => signRole(card, role), writeCard(cardData(12)));
    const otherNumber = signedCard({ seed: 13 }).toString('utf8').replace(/(<CBQL><NGAY_KY>[^<]*<\/NGAY_KY><SO_CCCD>)\d{12}/, '$1099170000099');
    const lines = await judged(Buffer.from(grade), halfSigned, Buffer.from(otherNumber), Buffer.from(unsealed));
    assert.deepEqual(lines.map((line) => `${line.error} ${line.error_field_title}`), [
      'SAI_CHU_KY GVCN', 'THIEU_CHU_KY KY_PHAT_HANH', 'NGUOI_KY_KHONG_KHOP CBQL', 'SAI_CHU_KY GVCN',
    ]);
  });

  test('packets that are damaged, too large or signed wrongly get an error and leave no trace', async () => {
    const before = (await ledger()).length;
    const signed = sign(packBatch([signedCard({ seed: 14 })]));
    const good = encodeContent(signed);
    const packed = Buffer.from(good, 'base64');
    const wrongLength = Buffer.from(packed);
    wrongLength.writeUInt32LE(packed.readUInt32LE() + 1);
    const bomb = gzipSync(Buffer.alloc(11_000_000, 0x20));
    const tooLong = Buffer.alloc(4);
    tooLong.writeUInt32LE(11_000_000);
    const cases: [string, string][] = [
      ['@@@@', 'SAI_DINH_DANG_GOI'],
      [packed.subarray(4).toString('base64'), 'SAI_DINH_DANG_GOI'],
      [wrongLength.toString('base64'), 'SAI_DINH_DANG_GOI'],
      [Buffer.concat([tooLong, bomb]).toString('base64'), 'QUA_DUNG_LUONG'],
      [encodeContent(Buffer.from('<DANH_SACH_HOC_BA id="dataDanhSach">')), 'SAI_DINH_DANG_GOI'],
      [encodeContent(Buffer.from('<!DOCTYPE x><DANH_SACH_HOC_BA id="dataDanhSach"><HOC_BA/></DANH_SACH_HOC_BA>')), 'SAI_DINH_DANG_GOI'],
      [encodeContent(packBatch([signedCard({ seed: 14 })])), 'SAI_CHU_KY_GIAO_DICH'],
      [encodeContent(Buffer.from(signed.toString('utf8').replace('<TEN_LOP>', '<TEN_LOP> '))), 'SAI_CHU_KY_GIAO_DICH'],
    ];
    for (const [content, expected] of cases) assert.equal((await submit(content)).body.Error, expected);
    assert.equal((await ledger()).length, before);
  });

  test('quotes may come unescaped or as entities', async () => {
    const pack = (text: string): string => {
      const bytes = Buffer.from(text, 'utf8');
      const prefix = Buffer.alloc(4);
      prefix.writeUInt32LE(bytes.length);
      return Buffer.concat([prefix, gzipSync(bytes)]).toString('base64');
    };
    for (const [seed, quote] of [[15, '"'], [16, '&quot;']] as const) {
      const messageid = randomUUID();
      const plain = sign(packBatch([signedCard({ seed })])).toString('utf8');
      assert.equal((await submit(pack(plain.replaceAll('"', quote)), messageid)).body.Error, '');
      assert.equal((await verdicts(messageid))[0]?.trang_thai, 1);
    }
  });

  test('a Signature made by another library is read, beside the content or inside with a prefix and inclusive C14N', async () => {
    const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
    const INCLUSIVE = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
    const signWith = (batch: string, canonicalization: string, transforms: string[], prefix?: string): SignedXml => {
      const signer = new SignedXml({ privateKey: SENDER.key, publicCert: SENDER.certificate.toString(), signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', canonicalizationAlgorithm: canonicalization });
      signer.addReference({ xpath: '/*', transforms, digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256' });
      const tag = (name: string, text: string): string => `<${prefix === undefined ? '' : `${prefix}:`}${name}>${text}</${prefix === undefined ? '' : `${prefix}:`}${name}>`;
      signer.getKeyInfoContent = () => tag('X509Data', tag('X509SubjectName', 'CN=Sở') + tag('X509Certificate', SENDER.der.toString('base64')));
      signer.computeSignature(batch, prefix === undefined ? {} : { prefix });
      return signer;
    };
    const send = async (more: { content: string; signature?: string }): Promise<unknown[]> => {
      const messageid = randomUUID();
      const { body } = await call<Receipt>('submit', messageid, more);
      return [body.Error, body.Error === '' ? (await verdicts(messageid))[0]?.error : ''];
    };
    const beside = packBatch([signedCard({ seed: 17 })]).toString('utf8');
    assert.deepEqual(await send({ content: encodeContent(Buffer.from(beside)), signature: signWith(beside, EXCLUSIVE, [EXCLUSIVE]).getSignatureXml() }), ['', '']);
    const open = packBatch([signedCard({ seed: 18 })]).toString('utf8').replace('<DANH_SACH_HOC_BA ', '<DANH_SACH_HOC_BA xmlns:vn="urn:vendor" ').replace('><HOC_BA>', '>\n  <HOC_BA>');
    const inside = signWith(open, INCLUSIVE, ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', INCLUSIVE], 'ds').getSignedXml();
    assert.match(inside, /<ds:Signature /);
    assert.deepEqual(await send({ content: encodeContent(Buffer.from(inside)) }), ['', '']);
    assert.deepEqual(await send({ content: encodeContent(Buffer.from(inside.replace('\n  <HOC_BA>', '\n <HOC_BA>'))) }), ['SAI_CHU_KY_GIAO_DICH', '']);
  });

  test('faults: slow, failing, a lost answer that did its work, records told twice, a pupil and the next refused', async () => {
    await faults({ failNext: 1 });
    assert.equal((await submit(packetOf(signedCard({ seed: 20 })))).status, 500);

    await faults({ loseAnswerNext: 1 });
    const lost = randomUUID();
    const content = packetOf(signedCard({ seed: 21 }));
    await assert.rejects(submit(content, lost));
    assert.equal((await submit(content, lost)).body.ResponseCode, '00');
    await faults({ answerTwiceNext: 1 });
    assert.deepEqual((await verdicts(lost)).map((line) => line.trang_thai), [1, 1]);
    assert.deepEqual((await verdicts(lost)).map((line) => line.trang_thai), [1]);

    await faults({ refuse: [{ ma_hoc_sinh: cardData(23).record.identity.pupilCode }, { next: 1, error: 'SAI_LOP', field: 'TEN_LOP' }] });
    const refused = await judged(signedCard({ seed: 22 }), signedCard({ seed: 23 }), signedCard({ seed: 24 }));
    assert.deepEqual(refused.map((line) => line.error), ['SAI_LOP', 'SAI_SO_CCCD', '']);
    assert.deepEqual((await judged(signedCard({ seed: 22 }), signedCard({ seed: 23 }))).map((line) => line.trang_thai), [1, 1]);
    await faults({ refuse: [] });

    await faults({ down: '503' });
    assert.equal((await call('result', lost)).status, 503);
    await faults({ down: 'reset' });
    await assert.rejects(call('result', lost));
    await faults({ down: 'up', slowMs: 300 });
    const asked = performance.now();
    await call('result', lost);
    assert.ok(performance.now() - asked >= 300);
    await faults({ slowMs: 0 });
  });

  test('a Kho killed after the receipt judges every card once, however often it is killed', async () => {
    const cards = Array.from({ length: 12 }, (_, index) => signedCard({ seed: 200 + index }));
    const messageid = randomUUID();
    assert.equal((await submit(packetOf(...cards), messageid)).body.Error, '');
    for (const moment of [90, 160, 260]) {
      await new Promise((resolve) => setTimeout(resolve, moment));
      await kho.kill();
      await start();
    }
    assert.deepEqual((await verdicts(messageid)).map((line) => line.trang_thai), cards.map(() => 1));
    const mine = (await ledger()).filter((line) => line.messageid === messageid).map((line) => line.uuid);
    assert.deepEqual(mine, cards.map((_, index) => cardData(200 + index).cardId));
  });

  test('its page is marked as simulated and says what it holds', async () => {
    const html = await (await fetch(kho.url)).text();
    assert.match(html, /Dữ liệu mô phỏng/);
    assert.ok(!html.includes('<script'));
    const accepted = (await ledger()).filter((line) => line.trang_thai === 1).length;
    assert.match(html, new RegExp(`Đã tiếp nhận <b>${accepted}</b> học bạ`));
  });
});
