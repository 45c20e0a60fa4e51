import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { ActivityDeps } from '../../activities/deps.js';
import { readUnitsUpload } from '../../activities/directory/readUnits.js';
import { openDatabase, row } from '../../db/connect.js';
import { importUnits, type UnitsImport } from '../../db/directory/import.js';
import { insertUpload } from '../../db/uploadIntake.js';
import type { UnitsData } from '../../formats/intake/units.js';
import { writeUnitsTemplate } from '../../formats/intake/unitsTemplate.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const [FIRST, SECOND] = ['099080000001', '099080000002'];
const member = (personalNumber: string, signingAccount: string | null, certificateFingerprint: string | null = null): UnitsData['staff'][number] => ({
  fullName: `Người ${personalNumber.slice(-1)}`, personalNumber, email: `${personalNumber}@so.invalid`, phone: null, roles: ['principal'], unitCode: '00990001', classNames: [], signingAccount, certificateFingerprint,
});
const units = (...staff: UnitsData['staff']): UnitsData => ({
  offices: [{ code: '01', name: 'Phòng Văn hóa – Xã hội xã Mẫu', kind: 'commune', phone: null, email: null }],
  schools: [{ code: '00990001', name: 'Trường Tiểu học Mẫu', officeCode: '01', communeName: 'Xã Mẫu', districtName: null, areasSince: null, address: 'Thôn 1', taxCode: '0100000001', phone: null, email: null, exempt: null, sealAccount: 'seal-1', sealFingerprint: null }],
  staff, authorities: [], exceptions: [],
});

describe('a units-and-staff workbook against what the directory holds', () => {
  let database: TestDatabase;
  let db: Knex;
  const certificateOf = (number: string | undefined) => row<{ certificate_id: string | null }>(db, 'SELECT certificate_id FROM person WHERE personal_number = :number', { number });
  before(async () => {
    database = await createTestDatabase();
    db = openDatabase(database.url, 3);
    await db('province').insert({ code: '99', name: 'Tỉnh Mẫu', department_name: 'Sở Mẫu', place_of_issue: 'Mẫu' });
    await importUnits(db, units(member(FIRST!, 'acc-1')) as UnitsImport);
  });
  after(async () => { await db.destroy(); await database.drop(); });

  test('that gives one person another\'s signing account is refused whole, and not tried for ever', async () => {
    const id = randomUUID();
    const first = await row<{ id: string }>(db, 'SELECT id FROM person WHERE personal_number = :FIRST', { FIRST });
    // Somebody without a role here, so that the file only adds and is applied without being looked at.
    await db('person').insert({ id: randomUUID(), full_name: 'Người 9', personal_number: '099080000009', signing_account: 'acc-9' });
    const bytes = await writeUnitsTemplate({ rows: units(member(FIRST!, 'acc-1'), { ...member(SECOND!, 'acc-9'), roles: ['clerk'] }) });
    assert.ok(await insertUpload(db, { id, kind: 'units', format: 'xlsx', campaignId: null, schoolCode: null, uploadedBy: first!.id, fileName: 'a.xlsx', bytes }));
    await db('upload_reading').insert({ upload_id: id, state: 'queued' });
    const deps = { db, log: { error: () => undefined } as unknown as Logger, settings: { HUB_BASE_URL: 'http://hub.invalid', HUB_SECRET_KEY: Buffer.alloc(32) } } as unknown as ActivityDeps;
    await readUnitsUpload(deps, { uploadId: id, workflowId: 'directory/99' });
    const reading = await row<{ state: string; refusal_code: string }>(db, 'SELECT state, refusal_code FROM upload_reading WHERE upload_id = :id', { id });
    assert.deepEqual(reading, { state: 'refused', refusal_code: 'data-conflict' });
    assert.equal(await row(db, 'SELECT 1 FROM person WHERE personal_number = :SECOND', { SECOND }), undefined);
  });

  test('that states another certificate than the one bound lets that one go', async () => {
    const bound = await row<{ id: string }>(db, `
      INSERT INTO certificate (kind, der, fingerprint, uid, serial, valid_from, valid_to)
      VALUES ('person', '\\x00', repeat('ab', 32), 'CCCD:${FIRST}', '1', now(), now() + interval '1 year') RETURNING id`);
    await db('person').where({ personal_number: FIRST }).update({ certificate_id: bound!.id });
    await importUnits(db, units(member(FIRST!, 'acc-1', 'ab'.repeat(32))) as UnitsImport);
    assert.equal((await certificateOf(FIRST))?.certificate_id, bound!.id, 'the very one stays');
    await importUnits(db, units(member(FIRST!, 'acc-1', 'cd'.repeat(32))) as UnitsImport);
    assert.equal((await certificateOf(FIRST))?.certificate_id, null);
  });
});
