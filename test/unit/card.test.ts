import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PlainDate } from '../../domain/brand.js';
import { PROFILE_CODES, type CardData, type ProfileCode } from '../../domain/card.js';
import { readCard } from '../../formats/card/read.js';
import { CardNotWritable, cardFaults, writeCard } from '../../formats/card/write.js';
import { cardData, signedCard } from '../support/cards.js';

const change = (seed: number, edit: (data: CardData) => void): CardData => {
  const data = structuredClone(cardData(seed));
  edit(data);
  return data;
};
const refusalOf = (xml: string, profile: ProfileCode = 'v1.0'): { code: string; tag: string | null } => {
  const reading = readCard(Buffer.from(xml), profile);
  if (reading.ok) assert.fail('the card should have been refused');
  return { code: reading.code, tag: reading.tag };
};

describe('a report card', () => {
  test('comes back from its bytes as it was, for pupils of every grade', () => {
    for (const profile of PROFILE_CODES) {
      const grades = new Set<number>();
      for (let seed = 1; seed <= 60; seed += 1) {
        const data = cardData(seed, profile);
        grades.add(data.class.grade);
        const reading = readCard(writeCard(data), profile);
        assert.ok(reading.ok);
        assert.deepEqual(reading.card, { data, unknownSubjects: [], signatures: [] });
      }
      assert.equal(grades.size, 5, profile);
    }
  });

  test('tells who signed and when, once signed', () => {
    const reading = readCard(signedCard(), 'v1.0');
    assert.ok(reading.ok);
    assert.deepEqual(reading.card.signatures, [
      { role: 'teacher', signedAt: '2026-06-01T08:15:00+07:00', personalNumber: '099185000001' },
      { role: 'principal', signedAt: '2026-06-02T08:15:00+07:00', personalNumber: '099170000002' },
      { role: 'seal', signedAt: '2026-06-02T08:15:00+07:00', personalNumber: null },
    ]);
  });

  test('begins with its element, has no carriage return and no empty-element tag, and is precomposed', () => {
    const text = writeCard(change(1, ({ record }) => {
      record.identity.fullName = 'Hoàng'.normalize('NFD');
      record.remarks.teacher = 'Chăm.\r\nNgoan.\rHiền.';
    })).toString();
    assert.match(text, /^<HOC_BA><DU_LIEU_HOC_BA id="data-[0-9a-f-]{36}">/);
    assert.ok(!text.includes('\r') && !text.includes('/>'));
    assert.ok(text.includes('<HO_VA_TEN>Hoàng</HO_VA_TEN>'.normalize('NFC')));
    assert.ok(text.includes('Chăm.\nNgoan.\nHiền.'));
  });

  test('leaves out what is null, and says that there is no district', () => {
    const data = change(1, (edited) => {
      edited.record.identity.fatherName = null;
      edited.school.districtName = null;
    });
    const text = writeCard(data).toString();
    assert.ok(!text.includes('HO_VA_TEN_CHA'));
    assert.ok(text.includes('<TEN_QUAN_HUYEN>Không</TEN_QUAN_HUYEN>'));
    assert.ok(text.includes(`<NGAY_SINH>${data.record.identity.birthDate}T00:00:00+07:00</NGAY_SINH>`));
  });

  test('is not written without a district while there were districts', () => {
    const made = (createdOn: string) => cardFaults(change(1, (edited) => {
      edited.school.districtName = null;
      edited.createdOn = createdOn as PlainDate;
    })).map(({ code, tag }) => `${code} ${tag}`);
    assert.deepEqual(made('2025-06-30'), ['missing-field TEN_QUAN_HUYEN']);
    assert.deepEqual(made('2025-07-01'), []);
  });

  test('is not written while mandatory fields are missing, and says which in words', () => {
    const data = change(1, ({ record }) => {
      record.identity.personalNumber = null;
      record.identity.motherName = '  ';
      record.competences.science = null;
    });
    assert.deepEqual(cardFaults(data).map(({ code, tag }) => `${code} ${tag}`), ['missing-field SO_CCCD', 'missing-field HO_VA_TEN_ME', 'missing-field NANG_LUC_KHOA_HOC']);
    assert.match(cardFaults(data)[0]?.message ?? '', /số định danh cá nhân/);
    assert.throws(() => writeCard(data), CardNotWritable);
  });

  test('is not written with characters that XML cannot carry, with impossible days or with a number of the wrong shape', () => {
    const data = change(1, (edited) => {
      edited.record.remarks.teacher = 'Ngoan\u000bhiền';
      edited.record.identity.birthDate = '2019-02-30' as never;
      edited.approver.personalNumber = '12345';
      edited.record.body.weightKg = '24,5';
    });
    assert.deepEqual(cardFaults(data).map(({ code, tag }) => `${code} ${tag}`), [
      'bad-value NGAY_SINH', 'bad-value CAN_NANG', 'bad-value SO_CCCD_GIAM_HIEU_KY_HOC_BA', 'forbidden-character NHAN_XET_GVCN',
    ]);
    assert.ok(!cardFaults(data).some(({ message }) => message.includes('12345')), 'a fault never repeats the value');
  });
});

describe('a report card of profile v1.1', () => {
  const text = writeCard(cardData(3, 'v1.1')).toString();

  test('keeps its content in THONG_TIN_HOC_BA, each subject\'s result in DIEM_TONG_KET, and two holders of signatures beside the data', () => {
    assert.match(text, /^<HOC_BA><DU_LIEU_HOC_BA Id="data"><THONG_TIN_HOC_BA Id="thongtinhocba"><THONG_TIN_CHUNG><PHIEN_BAN>1.1<\/PHIEN_BAN>/);
    assert.match(text, /<MON_HOC><MA_MON_HOC>TV<\/MA_MON_HOC><TEN_MON_HOC>Tiếng Việt<\/TEN_MON_HOC><DIEM_TONG_KET Id="[^"]+"><MUC_DAT_DUOC>[THC]<\/MUC_DAT_DUOC><DIEM_KIEM_TRA_DINH_KY>\d+<\/DIEM_KIEM_TRA_DINH_KY><\/DIEM_TONG_KET><\/MON_HOC>/);
    assert.ok(text.endsWith('</THONG_TIN_HOC_BA></DU_LIEU_HOC_BA><DANH_SACH_THONG_TIN_KY></DANH_SACH_THONG_TIN_KY><PHAT_HANH_HOC_BA></PHAT_HANH_HOC_BA></HOC_BA>'));
    const ids = [...text.matchAll(/Id="([^"]+)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length, 'ids are unique within a card');
  });

  const block = (tag: string, number: string): string => `<${tag}><NGAY_KY>2026-06-01T08:15:00+07:00</NGAY_KY><SO_CCCD>${number}</SO_CCCD><Signature></Signature></${tag}>`;
  const teachers = `<DANH_SACH_GVBM>${block('GVBM', '099185000001').replace('<GVBM>', '<GVBM Id="gvbm1">')}${block('GVBM', '099185000004')}</DANH_SACH_GVBM>`;
  const withTeachers = (inner: string): string => text.replace('<DANH_SACH_THONG_TIN_KY>', `<DANH_SACH_THONG_TIN_KY>${inner}`);

  test('may be signed by subject teachers, before the homeroom teacher', () => {
    const reading = readCard(Buffer.from(withTeachers(teachers + block('GVCN', '099185000001'))), 'v1.1');
    assert.ok(reading.ok, JSON.stringify(reading));
    assert.deepEqual(reading.card.signatures.map(({ role, personalNumber }) => [role, personalNumber]), [['subjectTeacher', '099185000001'], ['subjectTeacher', '099185000004'], ['teacher', '099185000001']]);
    assert.deepEqual(refusalOf(withTeachers(block('GVCN', '099185000001') + teachers), 'v1.1'), { code: 'role-order', tag: 'DANH_SACH_GVBM' });
    assert.deepEqual(refusalOf(withTeachers(teachers + teachers), 'v1.1'), { code: 'duplicate', tag: 'DANH_SACH_GVBM' });
    assert.deepEqual(refusalOf(withTeachers(block('GVCN', '1') + block('GVCN', '1')), 'v1.1'), { code: 'duplicate', tag: 'GVCN' });
  });

  test('needs no holder for teachers who did not sign, and always the one of who issues', () => {
    assert.ok(readCard(Buffer.from(text.replace('<DANH_SACH_THONG_TIN_KY></DANH_SACH_THONG_TIN_KY>', '')), 'v1.1').ok);
    assert.deepEqual(refusalOf(text.replace('<PHAT_HANH_HOC_BA></PHAT_HANH_HOC_BA>', ''), 'v1.1'), { code: 'missing-block', tag: 'PHAT_HANH_HOC_BA' });
  });

  test('is refused as v1.0, and v1.0 as it, whatever PHIEN_BAN says', () => {
    const older = writeCard(cardData(3)).toString();
    assert.equal(refusalOf(older, 'v1.1').code, 'unknown-block');
    assert.equal(refusalOf(text).code, 'unknown-block');
    assert.deepEqual(refusalOf(text.replace('<PHIEN_BAN>1.1', '<PHIEN_BAN>1.0'), 'v1.1'), { code: 'profile-unsupported', tag: 'PHIEN_BAN' });
    assert.equal(refusalOf(older.replace('<PHIEN_BAN>1.0', '<PHIEN_BAN>1.1'), 'v1.1').code, 'unknown-block');
  });

  test('keeps roles in their own holder', () => {
    const issuer = block('CBQL', '099170000002');
    assert.deepEqual(refusalOf(withTeachers(issuer), 'v1.1'), { code: 'unknown-block', tag: 'CBQL' });
    assert.deepEqual(refusalOf(text.replace('<PHAT_HANH_HOC_BA>', `<PHAT_HANH_HOC_BA>${block('GVCN', '099185000001')}`), 'v1.1'), { code: 'unknown-block', tag: 'GVCN' });
  });
});

describe('the strict reader', () => {
  const card = writeCard(cardData(3)).toString();

  test('takes a declaration, a byte order mark, indentation and the other forms of days and yes or no', () => {
    const text = card
      .replace(/<NGAY_SINH>(\d{4})-(\d{2})-(\d{2})T[^<]*/, '<NGAY_SINH>$3/$2/$1')
      .replace('<DUOC_LEN_LOP>1<', '<DUOC_LEN_LOP>true<')
      .replaceAll('><', '>\r\n  <');
    const reading = readCard(Buffer.from(`\uFEFF<?xml version="1.0" encoding="UTF-8"?>\r\n${text}\r\n`), 'v1.0');
    assert.ok(reading.ok, JSON.stringify(reading));
    assert.deepEqual(reading.card.data, cardData(3));
  });

  test('notes an unknown subject of a foreign card instead of refusing it', () => {
    const reading = readCard(Buffer.from(card.replace('<MA_MON_HOC>TOAN<', '<MA_MON_HOC>M02<')), 'v1.0');
    assert.ok(reading.ok);
    assert.deepEqual(reading.card.unknownSubjects.map(({ code, name }) => ({ code, name })), [{ code: 'M02', name: 'Toán' }]);
  });

  const cases: [string, string, { code: string; tag: string | null }][] = [
    ['a DTD', `<!DOCTYPE HOC_BA>${card}`, { code: 'doctype', tag: null }],
    ['an entity of its own', card.replace('Kinh', '&ten;').replace(/<DAN_TOC>[^<]*/, '<DAN_TOC>&ten;'), { code: 'malformed', tag: null }],
    ['a comment', card.replace('</HO_VA_TEN>', '<!-- --></HO_VA_TEN>'), { code: 'comment', tag: null }],
    ['a CDATA section', card.replace('</HO_VA_TEN>', '<![CDATA[A]]></HO_VA_TEN>'), { code: 'cdata', tag: null }],
    ['a processing instruction', card.replace('</HO_VA_TEN>', '<?x y?></HO_VA_TEN>'), { code: 'processing-instruction', tag: null }],
    ['decomposed Vietnamese', card.replace(/<HO_VA_TEN>[^<]*/, `<HO_VA_TEN>${'Hoàng'.normalize('NFD')}`), { code: 'not-nfc', tag: null }],
    ['a combining mark by reference', card.replace(/<HO_VA_TEN>[^<]*/, '<HO_VA_TEN>Hoa&#x300;ng'), { code: 'not-nfc', tag: null }],
    ['a field that stands twice', card.replace('<TEN_LOP>', '<TEN_LOP>1A</TEN_LOP><TEN_LOP>'), { code: 'duplicate', tag: 'TEN_LOP' }],
    ['a block that stands twice', card.replace(/<TONG_KET>.*<\/TONG_KET>/, '$&$&'), { code: 'duplicate', tag: 'TONG_KET' }],
    ['a subject that stands twice', card.replace(/<MON_HOC>.*?<\/MON_HOC>/, '$&$&'), { code: 'duplicate', tag: 'MON_HOC' }],
    ['the data twice', card.replace(/<DU_LIEU_HOC_BA.*<\/DU_LIEU_HOC_BA>/, '$&$&'), { code: 'duplicate', tag: 'DU_LIEU_HOC_BA' }],
    ['an unknown field', card.replace('<TEN_LOP>', '<TEN_LOP_MOI>1A</TEN_LOP_MOI><TEN_LOP>'), { code: 'unknown-field', tag: 'TEN_LOP_MOI' }],
    ['a field of another namespace', card.replace('<DAN_TOC>', '<DAN_TOC xmlns="urn:x">'), { code: 'unknown-field', tag: 'DAN_TOC' }],
    ['text between fields', card.replace('<TEN_LOP>', 'chữ<TEN_LOP>'), { code: 'unexpected-text', tag: 'THONG_TIN_CHUNG' }],
    ['a missing field', card.replace(/<QUE_QUAN>[^<]*<\/QUE_QUAN>/, ''), { code: 'missing-field', tag: 'QUE_QUAN' }],
    ['a missing block', card.replace(/<BANG_DIEM>.*<\/BANG_DIEM>/, ''), { code: 'missing-block', tag: 'BANG_DIEM' }],
    ['a score that is no whole number', card.replace(/<DIEM_KIEM_TRA_DINH_KY>\d+/, '<DIEM_KIEM_TRA_DINH_KY>8.5'), { code: 'bad-value', tag: 'DIEM_KIEM_TRA_DINH_KY' }],
    ['another profile', card.replace('<PHIEN_BAN>1.0', '<PHIEN_BAN>1.1'), { code: 'profile-unsupported', tag: 'PHIEN_BAN' }],
    ['another root', card.replace(/^<HOC_BA>/, '<HOC_BAX>').replace(/<\/HOC_BA>$/, '</HOC_BAX>'), { code: 'unknown-root', tag: 'HOC_BAX' }],
    ['a truncated file', card.slice(0, -40), { code: 'malformed', tag: null }],
    ['deep nesting', '<a>'.repeat(50_000), { code: 'too-deep', tag: null }],
    ['too many attributes', `<HOC_BA ${Array.from({ length: 40 }, (_, place) => `a${place}="1"`).join(' ')}>`, { code: 'too-many-attributes', tag: null }],
    ['too many elements', `<HOC_BA>${'<A></A>'.repeat(5_000)}</HOC_BA>`, { code: 'too-many-elements', tag: null }],
    ['too many bytes', card + ' '.repeat(1_000_000), { code: 'too-large', tag: null }],
  ];
  for (const [name, xml, fault] of cases) {
    test(`refuses ${name}`, () => {
      assert.ok(xml !== card, 'the case must change the card');
      assert.deepEqual(refusalOf(xml), fault);
    });
  }

  test('refuses bytes that are not UTF-8', () => {
    const reading = readCard(Buffer.concat([Buffer.from('<HOC_BA>'), Buffer.from([0xc3, 0x28]), Buffer.from('</HOC_BA>')]), 'v1.0');
    assert.ok(!reading.ok && reading.code === 'not-utf8');
  });
});
