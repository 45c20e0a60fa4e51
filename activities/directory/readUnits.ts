import { inWorkflow } from '../../db/decision/judge.js';
import type { Db } from '../../db/connect.js';
import { applyUnits } from '../../db/directory/apply.js';
import { compareUnits } from '../../db/directory/compare.js';
import { finishReading, storeFaults, takeUpload, type ReadingResult } from '../../db/upload/reading.js';
import { needsLook } from '../../domain/unitsDifferences.js';
import { readUnits } from '../../formats/intake/unitsRead.js';
import { readOrRefuse, writeOrRefuse } from '../brokenFile.js';
import { actContext, type ActivityDeps } from '../deps.js';
import { Fenced } from '../fault.js';

/**
 * Reads the units-and-staff workbook (CPU). One with an error changes nothing; one that only adds is imported whole; one that changes
 * people, or no longer names somebody, waits for the coordinator, who sees the differences first.
 */
export async function readUnitsUpload(deps: ActivityDeps, { uploadId, workflowId }: { uploadId: string; workflowId: string }): Promise<void> {
  const upload = await takeUpload(deps.db, uploadId);
  if (upload === undefined) return;
  const reading = await readOrRefuse(deps, uploadId, () => readUnits(upload.bytes));
  if (!reading.ok) {
    await finishReading(deps.db, upload, { state: 'refused', refusal: reading.refusal, errors: 1, warnings: 0 });
    return;
  }
  const errors = reading.faults.filter((fault) => fault.severity === 'error').length;
  const { data } = reading;
  const summary = { offices: data.offices.length, schools: data.schools.length, staff: data.staff.length, authorities: data.authorities.length, exceptions: data.exceptions.length };
  await writeOrRefuse(deps, upload, () => inWorkflow(deps.db, workflowId, async (trx) => {
    await storeFaults(trx, uploadId, reading.faults);
    const warnings = reading.faults.length - errors;
    if (errors > 0) return finish(trx, { state: 'read', errors, warnings, summary });
    const differences = await compareUnits(trx, data);
    if (differences !== null && needsLook(differences)) return finish(trx, { state: 'waiting', errors, warnings, summary, content: data, differences });
    await finish(trx, { state: 'applied', errors, warnings, summary });
    await applyUnits(trx, { units: data, uploadId, actorId: upload.uploadedBy, decisionId: null, summary }, actContext(deps));
  }));

  async function finish(trx: Db, result: ReadingResult): Promise<void> {
    if (!await finishReading(trx, upload!, result)) throw new Fenced(uploadId);
  }
}
