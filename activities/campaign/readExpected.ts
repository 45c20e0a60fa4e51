import { row, rows, type Db } from '../../db/connect.js';
import { expectedElsewhere, replaceExpected, type ExpectedRange } from '../../db/campaign/expected.js';
import { lockWorkflow } from '../../db/decision/judge.js';
import { finishReading, storeFaults, takeUpload } from '../../db/upload/reading.js';
import { writeAudit } from '../../db/audit.js';
import type { Role } from '../../domain/roles.js';
import type { ExpectedReading } from '../../formats/intake/expected.js';
import { FAULT_CAP, readExpected, type ExpectedOptions } from '../../formats/intake/expectedRead.js';
import type { CellFault } from '../../formats/workbook/fault.js';
import { readOrRefuse, writeOrRefuse } from '../brokenFile.js';
import type { ActivityDeps } from '../deps.js';
import { Fenced } from '../fault.js';

/** Reads the list of expected pupils (CPU) and replaces the draft campaign's list, or that of the schools in it; all of the file or nothing. */
export async function readExpectedUpload(deps: ActivityDeps, { uploadId, workflowId }: { uploadId: string; workflowId: string }): Promise<void> {
  const upload = await takeUpload(deps.db, uploadId);
  if (upload === undefined) return;
  const units = await knownUnits(deps);
  const reading = await readOrRefuse(deps, uploadId, () => readExpected(upload.bytes, { units }));
  if (!reading.ok) {
    await finishReading(deps.db, upload, { state: 'refused', refusal: reading.refusal, errors: 1, warnings: 0 });
    return;
  }
  const campaignId = upload.campaignId ?? '';
  const summary = { pupils: reading.data.length, schools: new Set(reading.data.map((one) => one.schoolCode)).size, classes: new Set(reading.data.map((one) => `${one.schoolCode}/${one.className}`)).size, faults: reading.faultCount };
  await writeOrRefuse(deps, upload, () => deps.db.transaction(async (trx) => {
    await lockWorkflow(trx, workflowId);
    const draft = (await rows(trx, `SELECT 1 FROM campaign WHERE id = :campaignId AND state = 'draft' FOR UPDATE`, { campaignId })).length === 1;
    const range = await rangeOf(trx, uploadId);
    const faults = range === 'all' ? reading.faults : [...reading.faults, ...await elsewhere(trx, campaignId, reading)];
    const errors = faults.filter((fault) => fault.severity === 'error').length;
    await storeFaults(trx, uploadId, faults);
    if (!await finishReading(trx, upload, { state: errors === 0 && draft ? 'applied' : 'read', errors, warnings: faults.length - errors, summary: { ...summary, faults: Math.max(summary.faults, faults.length) } })) throw new Fenced(uploadId);
    if (errors > 0 || !draft) return;
    await replaceExpected(trx, campaignId, reading.data, range);
    await writeAudit(trx, [{ actorId: upload.uploadedBy, act: 'import_expected', subjectKind: 'campaign', subjectId: campaignId, detail: { ...summary, range } }]);
  }));
}

/** What the coordinator chose when the file was handed in; upload and decision share their id. */
async function rangeOf(db: Db, uploadId: string): Promise<ExpectedRange> {
  return (await row<{ range: ExpectedRange }>(db, `SELECT payload->>'range' AS range FROM decision WHERE id = :uploadId AND payload->>'range' IS NOT NULL`, { uploadId }))?.range ?? 'all';
}

/** A pupil stands in one school's list: those whom an earlier file put into another's. */
async function elsewhere(db: Db, campaignId: string, reading: Extract<ExpectedReading, { ok: true }>): Promise<CellFault[]> {
  const taken = await expectedElsewhere(db, campaignId, reading.data);
  return reading.data.flatMap(({ pupilCode }, index) => {
    const school = taken.get(pupilCode);
    return school === undefined ? [] : [reading.taken(index, school)];
  }).slice(0, FAULT_CAP);
}

/** Schools and staff as the directory has them, in the shape in which the reader checks references. */
async function knownUnits({ db }: ActivityDeps): Promise<NonNullable<ExpectedOptions['units']>> {
  const schools = await rows<{ code: string; name: string; office_code: string; commune_name: string }>(db, 'SELECT code, name, office_code, commune_name FROM school');
  const staff = await rows<{ full_name: string; personal_number: string; roles: Exclude<Role, 'administrator'>[]; unit_code: string | null; class_names: string[] }>(db, `
    SELECT p.full_name, p.personal_number, array_agg(g.role) AS roles, coalesce(g.school_code, g.office_code) AS unit_code,
      coalesce(max(g.class_names) FILTER (WHERE g.role = 'homeroom'), '{}') AS class_names
    FROM person p JOIN active_grant g ON g.person_id = p.id WHERE p.personal_number IS NOT NULL AND g.role <> 'administrator'
    GROUP BY p.id, coalesce(g.school_code, g.office_code)`);
  return {
    schools: schools.map((one) => ({
      code: one.code, name: one.name, officeCode: one.office_code, communeName: one.commune_name, districtName: null, areasSince: null, address: '', taxCode: '', phone: null, email: null,
      exempt: null, sealAccount: null, sealFingerprint: null,
    })),
    staff: staff.map((one) => ({
      fullName: one.full_name, personalNumber: one.personal_number, email: '', phone: null, roles: one.roles, unitCode: one.unit_code, classNames: one.class_names, signingAccount: null, certificateFingerprint: null,
    })),
  };
}
