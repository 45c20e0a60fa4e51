import type { PlainDate } from '../../domain/brand.js';
import { applyRecords } from '../../db/cards/draft.js';
import { row } from '../../db/connect.js';
import { lockWorkflow } from '../../db/decision/judge.js';
import { lockSchool } from '../../db/school/resolve.js';
import { cardRecords, expectedClasses, finishReading, storeFaults, storeUploadClasses, takeUpload, type ExpectedClassRow, type FaultRow, type QueuedUpload } from '../../db/upload/reading.js';
import { submittedWithoutCard } from '../../db/upload/submitted.js';
import { REFUSALS } from '../../domain/refusals.js';
import { annotateRoster } from '../../formats/roster/annotate.js';
import { readRosterJson } from '../../formats/roster/json.js';
import { readRoster } from '../../formats/roster/read.js';
import { allFaults, hasErrors, type RosterOptions, type RosterReading } from '../../formats/roster/reading.js';
import type { ActivityDeps } from '../deps.js';
import { Fenced, gone } from '../fault.js';
import { readOrRefuse, writeOrRefuse } from '../brokenFile.js';
import { readSignedUpload } from '../vendor/readSigned.js';
import { judgeClasses, signedFaults } from './judgeClasses.js';

/** Reads a school's roster (CPU), accepts the classes that can be accepted, and keeps the rest with every fault's place. */
export async function readRosterUpload(deps: ActivityDeps, { uploadId, workflowId }: { uploadId: string; workflowId: string }): Promise<void> {
  const upload = await takeUpload(deps.db, uploadId);
  if (upload === undefined) return;
  if (upload.format === 'xml') return readSignedUpload(deps, upload, workflowId);
  const key = { campaignId: upload.campaignId ?? '', schoolCode: upload.schoolCode ?? '' };
  const campaign = await row<{ school_year: string }>(deps.db, 'SELECT school_year FROM campaign WHERE id = :campaignId', key);
  if (campaign === undefined) throw gone('campaign');
  const expected = await expectedClasses(deps.db, key);
  const reading = await readOrRefuse(deps, uploadId, () => read(upload, { schoolYear: campaign.school_year, schoolCode: key.schoolCode, expectedClasses: expected.map(asExpected) }));
  if (!reading.ok) {
    await finishReading(deps.db, upload, { state: 'refused', refusal: reading.refusal, errors: 1, warnings: 0 });
    return;
  }
  const marked = upload.format === 'xlsx' && allFaults(reading).length > 0 ? await annotated(deps, upload, reading) : null;
  await writeOrRefuse(deps, upload, () => deps.db.transaction(async (trx) => {
    await lockWorkflow(trx, workflowId);
    if ((await lockSchool(trx, workflowId))?.campaignState !== 'running') {
      await finishReading(trx, upload, { state: 'refused', refusal: { code: 'campaign-not-running', message: REFUSALS['campaign-not-running'].sentence }, errors: 1, warnings: 0 });
      return;
    }
    // Read again under the lock: the teacher may have signed while the file was parsed.
    const current = await expectedClasses(trx, key);
    const classes = hasErrors(reading.faults) ? [] : judgeClasses(reading.classes, current, await cardRecords(trx, key), await submittedWithoutCard(trx, key));
    const faults = [...rows(reading), ...signedFaults(classes, current)];
    await storeUploadClasses(trx, uploadId, classes);
    await storeFaults(trx, uploadId, faults);
    const waiting = classes.some((one) => one.outcome === 'differs');
    const errors = faults.filter((fault) => fault.severity === 'error').length;
    if (!await finishReading(trx, upload, { state: waiting ? 'waiting' : 'read', annotated: marked, errors, warnings: faults.length - errors, summary: { classes: reading.classes.length } })) throw new Fenced(uploadId);
    await applyRecords(trx, { uploadId, outcome: 'accepted', actorId: upload.uploadedBy, decisionId: null });
  }));
}

/** The clerk's workbook with its faults marked; without it, when the file cannot carry them, the page still lists every one. */
async function annotated(deps: ActivityDeps, upload: QueuedUpload, reading: Extract<RosterReading, { ok: true }>): Promise<Buffer | null> {
  const bytes = await readOrRefuse(deps, upload.id, () => annotateRoster(upload.bytes, allFaults(reading)));
  return Buffer.isBuffer(bytes) ? bytes : null;
}

async function read(upload: QueuedUpload, options: RosterOptions): Promise<RosterReading> {
  if (upload.format === 'xlsx') return readRoster(upload.bytes, options);
  let value: unknown;
  try {
    value = JSON.parse(upload.bytes.toString('utf8'));
  } catch {
    return { ok: false, refusal: { code: 'damaged', message: 'Tệp không phải JSON hợp lệ nên không đọc được. Hãy xuất lại tệp từ phần mềm, hoặc dùng mẫu Excel của trường.' } };
  }
  return readRosterJson(value, options);
}

const asExpected = (one: ExpectedClassRow) => ({
  name: one.name, grade: one.grade,
  pupils: one.pupils.map((pupil) => ({ pupilCode: pupil.pupilCode, fullName: pupil.fullName, birthDate: pupil.birthDate as PlainDate, personalNumber: pupil.personalNumber })),
});

const rows = (reading: Extract<RosterReading, { ok: true }>): FaultRow[] => [
  ...reading.faults.map((fault) => ({ ...fault, className: null })),
  ...reading.classes.flatMap((one) => one.faults.map((fault) => ({ ...fault, className: one.name }))),
];
