import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { SignedXml } from 'xml-crypto';
import { ca, cardData, PRINCIPAL, signers } from '../support/cards.js';
import { ALGORITHMS, foreignCard, pendingCard, plainRoles, type RoleStyle } from '../support/foreignCards.js';
import { assertValid, judgeCard } from '../support/foreignVerdicts.js';
import { projectRoot } from '../support/projectRoot.js';
import { skipWithout } from '../support/tools.js';
import { xmldsigjsSigns } from '../support/xmldsigjsSigner.js';
import { questionsOf, witnesses } from '../support/witnesses.js';

/** The cards of our tests are signed by xml-crypto's canonicalisation: others must find them good too, and ours must find theirs good. */
const TAGS = { principal: 'CBQL', seal: 'KY_PHAT_HANH' } as const;
const TIMES = { principal: '2026-06-02T08:15:00+07:00', seal: '2026-06-02T09:15:00+07:00' } as const;
const INCLUSIVE = { transforms: [ALGORITHMS.inclusive], canonicalization: ALGORITHMS.inclusive };
const shapes: [string, Buffer][] = [
  ['exclusive', foreignCard()],
  ['inclusive', foreignCard({ roles: plainRoles(INCLUSIVE) })],
  ['no Transforms', foreignCard({ roles: plainRoles({ transforms: [] }) })],
  ['indented with CRLF', foreignCard({ roles: plainRoles({ time: 'properties' }), indent: true, crlf: true })],
  ['XAdES, Id', foreignCard({ idName: 'Id', roles: plainRoles({ time: 'xades' }) })],
  ['another namespace of the time, ID', foreignCard({ idName: 'ID', roles: plainRoles({ time: 'no-namespace' }) })],
];

describe('cards that ours accepts', () => {
  test('ours', async () => { for (const [, card] of shapes) assertValid(await judgeCard(card)); });
  for (const witness of witnesses(ca.certificate.toString()).filter(({ name }) => name === 'the JDK' || name === 'xml-crypto')) {
    test(`are good to ${witness.name}, and not once a grade has changed`, { skip: witness.missing }, async () => {
      const good = shapes.flatMap(([, card]) => questionsOf(card));
      const bad = shapes.flatMap(([, card]) => questionsOf(Buffer.from(card.toString().replace(/<MUC_DAT_DUOC>(.)/, (found) => (found.endsWith('T') ? '<MUC_DAT_DUOC>H' : '<MUC_DAT_DUOC>T')))));
      assert.equal(good.length, 3 * shapes.length);
      const answers = await witness.judge([...good, ...bad]);
      assert.deepEqual(answers, [...good.map(() => true), ...bad.map(() => false)]);
    });
  }
});

describe('cards that others sign', () => {
  const [, approves, seals] = plainRoles() as [RoleStyle, RoleStyle, RoleStyle];

  /** A card whose principal and school have yet to sign. */
  const bare = pendingCard({ roles: [] }).xml.replace('<DANH_SACH_THONG_TIN_KY></DANH_SACH_THONG_TIN_KY>',
    `<DANH_SACH_THONG_TIN_KY><CBQL><NGAY_KY>2026-06-02T08:15:00+07:00</NGAY_KY><SO_CCCD>${PRINCIPAL}</SO_CCCD></CBQL><KY_PHAT_HANH><NGAY_KY>2026-06-02T09:15:00+07:00</NGAY_KY></KY_PHAT_HANH></DANH_SACH_THONG_TIN_KY>`);
  const accepted = async (signed: string): Promise<void> => {
    assertValid(await judgeCard(signed));
    assert.equal((await judgeCard(signed.replace(/<CAN_NANG>[^<]*/, '<CAN_NANG>99'))).code, 'data-changed');
  };

  test('xml-crypto, from the first digest to the last', () => accepted((['principal', 'seal'] as const).reduce(signWhole, bare)));

  test('xmldsigjs, from the first digest to the last', async () => {
    const exclusive = { canonicalization: 'exc-c14n', transforms: ['exc-c14n'] } as const;
    const styles = [{ ...exclusive, keyKind: 'rsa' }, { ...exclusive, keyKind: 'p256' }, { canonicalization: 'c14n', transforms: ['c14n'], keyKind: 'rsa' }, { canonicalization: 'c14n', transforms: [], keyKind: 'rsa' }] as const;
    for (const { keyKind, ...style } of styles) {
      let signed = bare;
      for (const role of ['principal', 'seal'] as const) {
        signed = await xmldsigjsSigns(signed, { ...style, signer: signers(keyKind)[role], id: `sig-${role}`, dataId: `data-${cardData(1).cardId}`, tag: TAGS[role], signedAt: TIMES[role] });
      }
      assert.equal(signed.match(/<ds:SignatureValue>/g)?.length, 2);
      await accepted(signed);
    }
  });

  test('the JDK, from the first digest to the last', { skip: skipWithout('java') }, async () => {
    for (const inclusive of [false, true]) await accepted((['principal', 'seal'] as const).reduce((xml, role) => jdkSigns(xml, role, inclusive), bare));
  });

  function jdkSigns(xml: string, role: 'principal' | 'seal', inclusive: boolean): string {
    const folder = mkdtempSync(join(tmpdir(), 'jdk-sign-'));
    const file = (name: string, content: string | Buffer): string => {
      writeFileSync(join(folder, name), content, { mode: 0o600 });
      return join(folder, name);
    };
    try {
      const { key, der } = signers()[role];
      const { status, stderr } = spawnSync('java', [
        '-XX:TieredStopAtLevel=1', '-Xshare:auto', join(projectRoot, 'test', 'support', 'XmlSign.java'), file('card.xml', xml), join(folder, 'signed.xml'), TAGS[role], TIMES[role],
        file('key', key.export({ type: 'pkcs8', format: 'der' })), file('certificate', der), String(inclusive),
      ], { encoding: 'utf8' });
      assert.equal(status, 0, stderr);
      return readFileSync(join(folder, 'signed.xml'), 'utf8');
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  function signWhole(xml: string, role: 'principal' | 'seal'): string {
    const { key, certificate } = signers()[role];
    const signer = new SignedXml({
      privateKey: key.export({ type: 'pkcs8', format: 'pem' }) as string, publicCert: certificate.toString(),
      signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', canonicalizationAlgorithm: 'http://www.w3.org/2001/10/xml-exc-c14n#',
      getKeyInfoContent: () => `<X509Data><X509SubjectName>CN=x</X509SubjectName><X509Certificate>${certificate.raw.toString('base64')}</X509Certificate></X509Data>`,
      objects: [{ content: `<SignatureProperties><SignatureProperty Id="time-${role}" Target="#sig-${role}"><SigningTime>${TIMES[role]}</SigningTime></SignatureProperty></SignatureProperties>` }],
    });
    const common = { digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256', transforms: ['http://www.w3.org/2001/10/xml-exc-c14n#'] };
    signer.addReference({ ...common, xpath: "//*[local-name(.)='DU_LIEU_HOC_BA']", uri: `#data-${cardData(1).cardId}` });
    signer.addReference({ ...common, xpath: `//*[@Id='time-${role}']`, uri: `#time-${role}` });
    signer.computeSignature(xml, { location: { reference: `//*[local-name(.)='${TAGS[role]}']`, action: 'append' }, attrs: { Id: `sig-${role}` } });
    return signer.getSignedXml();
  }

  test('xmlsec1, from the first digest to the last', { skip: skipWithout('xmlsec1') }, async () => {
    for (const style of [{}, INCLUSIVE, { transforms: [] }, { prefix: 'ds:', time: 'xades' as const }]) {
      const { xml, pending } = pendingCard({ roles: [approves, seals].map((role) => ({ ...role, ...style })), indent: true });
      const signed = pending.reduce((text, { key, privateKey }) => xmlsecSigns(text, `sig-${key}`, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string), xml.replace(/@@[DV]:[^@]*@@/g, ''));
      await accepted(signed);
    }
  });

  function xmlsecSigns(xml: string, signatureId: string, key: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'xmlsec-sign-'));
    try {
      writeFileSync(join(folder, 'template.xml'), xml);
      writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 });
      const names = ['DU_LIEU_HOC_BA', 'http://www.w3.org/2000/09/xmldsig#:Signature', 'http://www.w3.org/2000/09/xmldsig#:SignatureProperty', 'http://uri.etsi.org/01903/v1.3.2#:SignedProperties'];
      const ids = names.flatMap((name) => ['--id-attr:id', name, '--id-attr:Id', name]);
      const { status, stderr } = spawnSync('xmlsec1', ['--sign', '--node-id', signatureId, ...ids, '--privkey-pem', join(folder, 'key.pem'), '--output', join(folder, 'signed.xml'), join(folder, 'template.xml')], { encoding: 'utf8' });
      assert.equal(status, 0, stderr);
      return readFileSync(join(folder, 'signed.xml'), 'utf8');
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
});
