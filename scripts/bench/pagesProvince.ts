import type { Knex } from 'knex';
import type { SchoolYear } from '../../domain/brand.js';
import type { PupilRecord } from '../../domain/record.js';
import { drawPupil } from '../../sandbox/province/pupil.js';

/**
 * A merged province in the middle of its campaign, written as the owner by set-based statements inside PostgreSQL: bench only. Nobody in
 * it exists. Proportions are those of the first published campaign (82,35 % signed and accepted), the rest spread over all the states in
 * which a card can wait; every card has the rows its way leaves behind (tasks, batches, packets, signatures, evidence, audit). Documents are stand-ins, records
 * too beyond the approval: classes that somebody reviews or approves have whole ones, drawn as the sandbox draws its pupils'.
 */
export type BenchSize = { pupils: number; schools: number; offices: number };
/** A merged province has 830 schools and 168 communes for 500,000 pupils; a smaller one keeps the proportions. */
export const sizeOf = (pupils: number): BenchSize => ({ pupils, schools: Math.max(5, Math.round(pupils * 830 / 500_000)), offices: Math.max(2, Math.round(pupils * 168 / 500_000)) });

/** A UUID of version 4 that follows from what it names. */
const id = (kind: string, key: string): string => `overlay(overlay(md5('${kind}/' || ${key}) placing '4' from 13) placing 'a' from 17)::uuid`;
const CAMPAIGN = `${id('campaign', `'bench'`)}`;
const FAMILY = `(ARRAY['Nguyễn','Trần','Lê','Phạm','Hoàng','Huỳnh','Phan','Vũ','Võ','Đặng','Bùi','Đỗ','Hồ','Ngô','Dương','Lý'])`;
const MIDDLE = `(ARRAY['Văn','Thị','Minh','Ngọc','Thanh','Hải','Gia','Bảo','Khánh','Thùy','Đức','Hữu','Quốc','Phương','Như','Tuấn'])`;
const GIVEN = `(ARRAY['An','Bình','Châu','Dung','Đạt','Giang','Hà','Hân','Hùng','Khoa','Khôi','Lan','Linh','Long','Mai','Minh','My','Nam','Nga','Ngân','Nhi','Phúc','Quân','Quỳnh','Sơn','Tâm','Thảo','Trang','Trí','Vy'])`;
const name = (n: string): string => `${FAMILY}[1 + ${n} % 16] || ' ' || ${MIDDLE}[1 + ${n} / 7 % 16] || ' ' || ${GIVEN}[1 + ${n} / 13 % 30]`;
/** Evenly mixed, the same every time: 0 … 9999. */
const mixed = (n: string): string => `(abs(hashint8(${n})) % 10000)`;

/** In a fifth of the schools a deputy signed for the principal: the closing report names each. */
const DEPUTY_SIGNS = `substr(s.code, 2)::int % 5 = 0`;
const SIGNED = `('principal_signed', 'sealed', 'received', 'submitted', 'accepted', 'refused')`;
const SENT = `('submitted', 'accepted', 'refused')`;
const CLASS_STATE = `CASE WHEN h < 8235 THEN 'accepted' WHEN h < 8700 THEN NULL WHEN h < 9150 THEN 'drafted' WHEN h < 9600 THEN 'teacher_signed'
  WHEN h < 9700 THEN 'principal_signed' WHEN h < 9750 THEN 'sealed' WHEN h < 9800 THEN 'received' WHEN h < 9950 THEN 'submitted' ELSE 'refused' END`;

const STEPS = ({ pupils, schools, offices }: BenchSize): readonly (readonly [what: string, sql: string])[] => [
  ['units', `
    INSERT INTO province (code, name, department_name, place_of_issue) VALUES ('99', 'Tỉnh Mô Phỏng', 'Sở Giáo dục và Đào tạo tỉnh Mô Phỏng', 'Mô Phỏng') ON CONFLICT DO NOTHING;
    INSERT INTO office (code, name, kind, phone, email) SELECT 'P' || lpad(n::text, 3, '0'), 'Xã Mô Phỏng ' || n, 'commune', '0290000' || to_char(n, 'FM000'), 'p' || n || '@bench.example' FROM generate_series(1, ${offices}) n;
    INSERT INTO school (code, name, office_code, commune_name, district_name, phone, email, tax_code)
    SELECT 'T' || lpad(n::text, 4, '0'), 'Trường Tiểu học ' || ${GIVEN}[1 + n % 30] || ' ' || ${GIVEN}[1 + n / 30] || ' ' || n, 'P' || lpad((1 + n % ${offices})::text, 3, '0'), 'Xã Mô Phỏng ' || (1 + n % ${offices}),
      'Huyện Mô Phỏng ' || (1 + n % ${offices} % 14), '0290' || to_char(n, 'FM000000'), 't' || n || '@bench.example', '99' || to_char(n, 'FM00000000') FROM generate_series(1, ${schools}) n;
    INSERT INTO campaign (id, province_code, school_year, level, cycle, state, policy, collect_due, review_due, approve_due, seal_due, launched_at)
    VALUES (${CAMPAIGN}, '99', '2025-2026', 'primary', 'main', 'running', '{}', now() - interval '9 days', now() - interval '5 days', now() - interval '2 days', now() + interval '3 days', now() - interval '30 days');
    INSERT INTO campaign_school (campaign_id, school_code, office_code, state, exempt_reason, started_at, advanced_at)
    SELECT ${CAMPAIGN}, code, office_code, 'open', CASE WHEN ${mixed(`substr(code, 2)::bigint + 77`)} < 240 THEN 'Theo lộ trình' END, now(), now() FROM school;
    CREATE TEMP TABLE bench_class AS
      SELECT row_number() OVER (ORDER BY s.code, k) - 1 AS no, s.code AS school_code, k, ${id('class', `s.code || '/' || k`)} AS id, ${id('person', `s.code || '/' || k`)} AS teacher
      FROM school s CROSS JOIN LATERAL generate_series(1, 8 + (substr(s.code, 2)::int * 7919) % 22) k;
    ALTER TABLE bench_class ADD h int, ADD state text, ADD sealed_at timestamptz;
    UPDATE bench_class SET h = ${mixed('no + 1000')}, sealed_at = now() - interval '26 days' + interval '25 days' * ${mixed('no + 5')} / 10000.0;
    UPDATE bench_class SET state = ${CLASS_STATE};
    CREATE INDEX ON bench_class (no);`],
  ['people', `
    INSERT INTO person (id, full_name, personal_number, email, phone)
    SELECT ${id('person', `s.code || '/' || r`)}, ${name('substr(s.code, 2)::int')}, '99' || lpad((row_number() OVER ())::text, 10, '0'), r || lower(s.code) || '@bench.example', '0900000000' FROM school s, unnest(ARRAY['principal', 'deputy', 'clerk']) r
    UNION ALL SELECT teacher, ${name('no::int')}, '98' || lpad(no::text, 10, '0'), 'gv' || no || '@bench.example', '0900000000' FROM bench_class
    UNION ALL SELECT ${id('person', `o.code || '/office'`)}, 'Chuyên viên ' || o.name, '97' || lpad((row_number() OVER ())::text, 10, '0'), 'cv' || o.code || '@bench.example', '0900000000' FROM office o
    UNION ALL SELECT ${id('person', `n || '/coordinator'`)}, 'Điều phối ' || n, '96' || lpad(n::text, 10, '0'), 'dp' || n || '@bench.example', '0900000000' FROM generate_series(1, 20) n;
    INSERT INTO role_grant (person_id, role, school_code) SELECT ${id('person', `s.code || '/' || r`)}, r, s.code FROM school s, unnest(ARRAY['principal', 'deputy', 'clerk']) r;
    INSERT INTO role_grant (person_id, role, school_code) SELECT teacher, 'homeroom', school_code FROM bench_class;
    INSERT INTO role_grant (person_id, role, office_code) SELECT ${id('person', `o.code || '/office'`)}, 'office', o.code FROM office o;
    INSERT INTO role_grant (person_id, role) SELECT ${id('person', `n || '/coordinator'`)}, 'coordinator' FROM generate_series(1, 20) n;
    INSERT INTO person (id, full_name, personal_number, email, phone) VALUES (${id('person', `'official'`)}, 'Lãnh Đạo Mô Phỏng', '94${'0'.repeat(10)}', 'ld@bench.example', '0900000000');
    INSERT INTO role_grant (person_id, role) VALUES (${id('person', `'official'`)}, 'official');
    INSERT INTO account (person_id, user_name, password_hash) SELECT id, email, 'none' FROM person;
    INSERT INTO authority (id, school_code, person_id, basis, valid_from) SELECT ${id('authority', 's.code')}, s.code, ${id('person', `s.code || '/principal'`)}, 'head', now() - interval '1 year' FROM school s;
    INSERT INTO authority (id, school_code, person_id, basis, instrument_number, instrument_date, signed_by, valid_from, valid_to)
    SELECT ${id('deputy', 's.code')}, s.code, ${id('person', `s.code || '/deputy'`)}, 'deputy_assignment', '12/QĐ', '2026-05-02', 'Hiệu trưởng', now() - interval '60 days', now() + interval '60 days' FROM school s WHERE ${DEPUTY_SIGNS};
    INSERT INTO certificate (id, kind, der, fingerprint, uid, serial, valid_from, valid_to)
    SELECT ${id('certificate', 'p.id')}, 'person', convert_to(p.id::text, 'UTF8'), encode(sha256(convert_to(p.id::text, 'UTF8')), 'hex'), 'CCCD:' || p.personal_number, substr(md5(p.id::text), 1, 16), now() - interval '1 year', now() + interval '1 year' FROM person p;
    INSERT INTO evidence_material (sha256, kind, der, serial) SELECT fingerprint, 'certificate', der, serial FROM certificate;`],
  ['pupils', `
    DROP INDEX expected_pupil_name;
    INSERT INTO class (id, campaign_id, school_code, name, grade, homeroom_person_id, collect_state, collected_at)
    SELECT id, ${CAMPAIGN}, school_code, (1 + (k - 1) % 5) || chr(65 + (k - 1) / 5), 1 + (k - 1) % 5, teacher, CASE WHEN state IS NULL THEN 'missing' ELSE 'accepted' END, sealed_at - interval '4 days' FROM bench_class;
    INSERT INTO expected_pupil (id, campaign_id, class_id, school_code, pupil_code, full_name, birth_date, sex, ethnicity, nationality, personal_number, status, reason)
    SELECT ${id('pupil', 'n')}, ${CAMPAIGN}, k.id, k.school_code, '99' || lpad(n::text, 8, '0'), ${name('n')}, date '2016-01-01' + n % 1500, CASE n % 2 WHEN 0 THEN 'male' ELSE 'female' END, 'Kinh', CASE WHEN d.reason = 'foreign_pupil' THEN 'Hàn Quốc' ELSE 'Việt Nam' END,
      CASE WHEN d.reason = 'no_personal_number' THEN NULL ELSE '95' || lpad(n::text, 10, '0') END,
      CASE WHEN d.reason IS NULL THEN 'expected' WHEN d.reason IN ('transfer_out', 'drop_out') THEN 'excluded' ELSE 'held' END, d.reason
    FROM generate_series(0, ${pupils - 1}) n JOIN bench_class k ON k.no = n::bigint * (SELECT count(*) FROM bench_class) / ${pupils}
    CROSS JOIN LATERAL (SELECT ${mixed('n + 31')} AS h) m
    CROSS JOIN LATERAL (SELECT CASE WHEN m.h < 60 THEN 'no_personal_number' WHEN m.h < 65 THEN 'foreign_pupil' WHEN m.h < 95 THEN 'awaiting_reassessment' WHEN m.h < 125 THEN 'transfer_out' WHEN m.h < 130 THEN 'drop_out' END AS reason) d;
    CREATE INDEX expected_pupil_name ON expected_pupil USING gin (plain_name(full_name) gin_trgm_ops);`],
  ['cards', `
    CREATE TEMP TABLE bench_card AS
      SELECT ${id('card', 'p.id')} AS id, p.id AS pupil_id, k.* FROM (SELECT id AS class_id, school_code, k, state, sealed_at FROM bench_class WHERE state IS NOT NULL) k
      JOIN expected_pupil p ON p.class_id = k.class_id AND p.status = 'expected' JOIN campaign_school s ON s.school_code = p.school_code AND s.exempt_reason IS NULL;
    INSERT INTO report_card (id, campaign_id, expected_pupil_id, class_id, school_code, state, state_at, record, document, document_sha256, approver_person_id, teacher_signed_at, principal_signed_at, sealed_at, received_at, accepted_at, kho_error, kho_error_description)
    SELECT id, ${CAMPAIGN}, pupil_id, class_id, school_code, state, sealed_at, coalesce(r.record, '{"summary": {"result": "HT", "promoted": true}}'), convert_to(id::text, 'UTF8'), encode(sha256(convert_to(id::text, 'UTF8')), 'hex'),
      CASE WHEN state IN ${SIGNED} THEN ${id('person', `school_code || '/principal'`)} END, CASE WHEN state <> 'drafted' THEN sealed_at - interval '2 days' END, CASE WHEN state IN ${SIGNED} THEN sealed_at - interval '1 day' END,
      CASE WHEN state IN ${SIGNED} AND state <> 'principal_signed' THEN sealed_at END, CASE WHEN state IN ${SENT} OR state = 'received' THEN sealed_at + interval '1 minute' END, CASE WHEN state = 'accepted' THEN sealed_at + interval '1 hour' END,
      CASE WHEN state = 'refused' THEN '06' END, CASE WHEN state = 'refused' THEN 'Kho bận' END
    FROM bench_card LEFT JOIN bench_record r ON state IN ('drafted', 'teacher_signed') AND r.grade = 1 + (k - 1) % 5 AND r.no = abs(hashtext(id::text)) % ${RECORDS};`],
  ['history', `
    INSERT INTO class_count (class_id, status, reason, card_state, cards) SELECT class_id, status, reason, card_state, cards FROM class_count_truth;
    INSERT INTO class_sealed (class_id, sealed_at, asked_at, cards) SELECT class_id, sealed_at, asked_at, cards FROM class_sealed_truth;
    INSERT INTO school_flow (campaign_id, school_code, slot, collected, reviewed, signed, sealed, received, accepted)
    SELECT p.campaign_id, p.school_code, date_bin('10 minutes', m.at, 'epoch'), count(*) FILTER (WHERE m.stage = 1), count(*) FILTER (WHERE m.stage = 2 AND p.reviewed), count(*) FILTER (WHERE m.stage = 3 AND p.signed),
      count(*) FILTER (WHERE m.stage = 4 AND p.sealed), count(*) FILTER (WHERE m.stage = 5 AND p.received), count(*) FILTER (WHERE m.stage = 6 AND p.accepted)
    FROM pupil_progress p JOIN report_card c ON c.id = p.card_id JOIN class k ON k.id = p.class_id
    CROSS JOIN LATERAL (VALUES (1, k.collected_at), (2, c.teacher_signed_at), (3, c.principal_signed_at), (4, c.sealed_at), (5, c.received_at), (6, c.accepted_at)) AS m(stage, at)
    WHERE p.in_denominator AND m.at IS NOT NULL GROUP BY 1, 2, 3;
    INSERT INTO task (id, campaign_id, school_code, class_id, kind, state, assignee_id, authority_id, opened_at, due_at, done_at)
    SELECT gen_random_uuid(), ${CAMPAIGN}, k.school_code, k.id, t.kind, CASE WHEN t.open THEN 'open' ELSE 'done' END,
      CASE t.kind WHEN 'review' THEN k.teacher WHEN 'approve' THEN ${id('person', `k.school_code || '/principal'`)} ELSE ${id('person', `k.school_code || '/clerk'`)} END,
      CASE t.kind WHEN 'approve' THEN ${id('authority', 'k.school_code')} END, k.sealed_at - interval '3 days', now() - interval '2 days', CASE WHEN NOT t.open THEN k.sealed_at END
    FROM bench_class k JOIN campaign_school s ON s.school_code = k.school_code AND s.exempt_reason IS NULL
    CROSS JOIN LATERAL (VALUES ('review', k.state = 'drafted', true), ('approve', k.state = 'teacher_signed', k.state <> 'drafted'), ('seal', k.state = 'principal_signed', k.state IN ${SIGNED}), ('correct', k.state = 'refused', k.state = 'refused')) AS t(kind, open, there)
    WHERE k.state IS NOT NULL AND t.there;
    INSERT INTO task (id, campaign_id, school_code, class_id, kind, state, assignee_id, opened_at, due_at)
    SELECT DISTINCT ON (k.school_code) gen_random_uuid(), ${CAMPAIGN}, k.school_code, NULL::uuid, 'collect', 'open', ${id('person', `k.school_code || '/clerk'`)}, now() - interval '30 days', now() - interval '9 days'
    FROM bench_class k JOIN campaign_school s ON s.school_code = k.school_code AND s.exempt_reason IS NULL WHERE k.state IS NULL;`],
  ['signatures', `
    INSERT INTO decision (id, act, actor_id, province_code, campaign_id, school_code, payload, workflow_id, outcome, outcome_at)
    SELECT ${id('decision', 's.code')}, 'approve_cards', ${id('person', `s.code || '/principal'`)}, '99', ${CAMPAIGN}, s.code, '{}', 'bench', 'done', now() FROM school s;
    INSERT INTO signature_batch (id, campaign_id, school_code, role, person_id, authority_id, decision_id, account, certificate_id, state, created_at, expires_at)
    SELECT ${id('batch', `s.code || '/' || r.role`)}, ${CAMPAIGN}, s.code, r.role, ${id('person', `s.code || '/' || r.who`)}, CASE r.role WHEN 'principal' THEN CASE WHEN ${DEPUTY_SIGNS} THEN ${id('deputy', 's.code')} ELSE ${id('authority', 's.code')} END END, ${id('decision', 's.code')}, 'bench',
      ${id('certificate', `${id('person', `s.code || '/' || r.who`)}`)}, 'attached', now() - interval '20 days', now() - interval '19 days' FROM school s, (VALUES ('teacher', 'deputy'), ('principal', 'principal'), ('seal', 'clerk')) r(role, who);
    INSERT INTO signature_item (batch_id, card_id, class_id, state)
    SELECT ${id('batch', `c.school_code || '/' || r.role`)}, c.id, c.class_id, 'attached' FROM bench_card c, (VALUES ('teacher'), ('principal'), ('seal')) r(role)
    WHERE (r.role = 'teacher' AND c.state <> 'drafted') OR (r.role <> 'teacher' AND c.state IN ${SIGNED} AND (r.role = 'principal' OR c.state <> 'principal_signed'));
    INSERT INTO card_signature (card_id, role, fingerprint, signed_at)
    SELECT i.card_id, b.role, k.fingerprint, b.created_at FROM signature_item i JOIN signature_batch b ON b.id = i.batch_id JOIN certificate k ON k.id = b.certificate_id;
    INSERT INTO evidence_material (sha256, kind, der, source, this_update, next_update) VALUES (encode(sha256('crl'), 'hex'), 'crl', 'crl', 'https://crl.example/bench.crl', now(), now() + interval '1 day');
    INSERT INTO revoked_certificate (fingerprint, revoked_at, effective_at, reason, crl_sha256)
    SELECT fingerprint, now() - interval '3 days', now() - interval '3 days', 1, encode(sha256('crl'), 'hex') FROM certificate WHERE id IN (SELECT certificate_id FROM signature_batch WHERE role = 'principal' ORDER BY id LIMIT 3);`],
  ['packets', `
    CREATE TEMP TABLE bench_sent AS SELECT c.*, (row_number() OVER (PARTITION BY school_code, state ORDER BY id) - 1) AS place FROM bench_card c WHERE state IN ${SENT};
    INSERT INTO packet (message_id, campaign_id, school_code, state, bytes, sha256, raw_bytes, card_count, cut_at, sending_at, submitted_at, done_at)
    SELECT ${id('packet', `school_code || '/' || state || '/' || place / 500`)}, ${CAMPAIGN}, school_code, CASE state WHEN 'submitted' THEN 'submitted' ELSE 'done' END, 'x', 'x', 1000, count(*), max(sealed_at), max(sealed_at), max(sealed_at), CASE WHEN state <> 'submitted' THEN max(sealed_at) END
    FROM bench_sent GROUP BY school_code, state, place / 500;
    INSERT INTO packet_card (message_id, card_id, position, verdict, verdict_at)
    SELECT ${id('packet', `school_code || '/' || state || '/' || place / 500`)}, id, place % 500, CASE WHEN state <> 'submitted' THEN state END, CASE WHEN state <> 'submitted' THEN sealed_at END FROM bench_sent;
    INSERT INTO evidence (id, kind, campaign_id, school_code, state, root, leaves, token, token_serial, gen_time, stamped_at, settled_at)
    SELECT ${id('evidence', 'school_code')}, 'receipt', ${CAMPAIGN}, school_code, 'settled', sha256('x'), count(*), 'x', '1', max(sealed_at), max(sealed_at), max(sealed_at) FROM bench_sent GROUP BY school_code;
    INSERT INTO evidence_leaf (evidence_id, position, sha256, card_id)
    SELECT ${id('evidence', 'school_code')}, row_number() OVER (PARTITION BY school_code ORDER BY id) - 1, encode(sha256(convert_to(id::text, 'UTF8')), 'hex'), id FROM bench_sent;
    INSERT INTO reconciliation (id, campaign_id, packets, cards_sent, kho_accepted, kho_refused, differences) SELECT gen_random_uuid(), ${CAMPAIGN}, (SELECT count(*) FROM packet), count(*), count(*) FILTER (WHERE state = 'accepted'), count(*) FILTER (WHERE state = 'refused'), 0 FROM bench_sent;`],
  ['audit', `
    INSERT INTO audit (at, actor_id, act, subject_kind, subject_id, from_state, to_state)
    SELECT c.sealed_at, NULL, t.act, 'card', c.id::text, t.was, t.now FROM bench_card c, (VALUES ('upload_roster', NULL, 'drafted'), ('signed', 'drafted', 'teacher_signed'), ('signed', 'teacher_signed', 'principal_signed'), ('sealed', 'principal_signed', 'sealed')) t(act, was, now)
    WHERE t.now = 'drafted' OR c.state IN ${SIGNED};
    INSERT INTO mail_outbox (id, message_id, dedupe_key, person_id, to_address, kind, campaign_id, school_code, model, created_at, sent_at)
    SELECT ${id('mail', 'no')}, 'bench-' || no, 'bench-' || no, teacher, 'gv' || no || '@bench.example', 'task', ${CAMPAIGN}, school_code, '{}', sealed_at, sealed_at FROM bench_class;
    INSERT INTO upload (id, kind, format, campaign_id, school_code, uploaded_by, file_name, bytes, sha256) SELECT ${id('upload', 's.code')}, 'roster', 'xlsx', ${CAMPAIGN}, s.code, ${id('person', `s.code || '/clerk'`)}, 'du-lieu.xlsx', 'x', 'x' FROM school s;
    INSERT INTO upload_reading (upload_id, state, read_at, applied_at) SELECT id, 'read', now(), now() FROM upload;
    INSERT INTO upload_class (upload_id, class_id, outcome, class_version, pupils, errors) SELECT ${id('upload', 'school_code')}, id, 'accepted', 1, 32, 0 FROM bench_class WHERE state IS NOT NULL;`],
];

/** Rows made here fit each other: from the pupils on their references are not looked up one by one, and counted once at the end. */
const UNCHECKED = new Set(['pupils', 'cards', 'signatures', 'packets', 'audit']);

/** Whole records a grade, shared by the cards that have one: a page reads each of its own. */
const RECORDS = 200;
function records(): { grade: number; no: number; record: PupilRecord }[] {
  const school = { key: 'bench', name: 'Trường Tiểu học Mô Phỏng', communeName: 'Xã Mô Phỏng', peoples: { Kinh: 80, Khmer: 10, Hmông: 5, Thái: 5 } };
  return [1, 2, 3, 4, 5].flatMap((grade) => Array.from({ length: RECORDS }, (_, no) => ({
    grade, no, record: drawPupil(7, { schoolYear: '2025-2026' as SchoolYear, provinceName: 'Tỉnh Mô Phỏng', school, className: `${grade}A`, grade, position: no + 1, place: grade * RECORDS + no, site: null, kind: 'usual' }),
  })));
}

/** @returns the campaign's id */
export async function seedMergedProvince(owner: Knex, size: BenchSize, onProgress: (line: string) => void): Promise<string> {
  // Temporary tables belong to one session.
  await owner.transaction(async (trx) => {
    await trx.raw(`CREATE TEMP TABLE bench_record AS SELECT grade, no, record FROM jsonb_to_recordset(:records) AS r(grade int, no int, record jsonb)`, { records: JSON.stringify(records()) });
    for (const [what, sql] of STEPS(size)) {
      const from = performance.now();
      await trx.raw(`SET LOCAL session_replication_role = ${UNCHECKED.has(what) ? 'replica' : 'origin'}`);
      await trx.raw(sql.replaceAll('?', '\\?'));
      onProgress(`${what}: ${((performance.now() - from) / 1000).toFixed(1)} s`);
    }
    for (const table of ['bench_sent', 'bench_card', 'bench_class', 'bench_record']) await trx.raw(`DROP TABLE ${table}`);
  });
  await owner.raw('VACUUM ANALYZE');
  const found = await owner.raw<{ rows: { id: string }[] }>('SELECT id FROM campaign');
  return found.rows[0]!.id;
}
