import { inWorkflow } from '../../db/decision/judge.js';
import { importUnits } from '../../db/directory/import.js';
import { inviteWithoutAccount } from '../../db/mail/invite.js';
import { writeAudit } from '../../db/audit.js';
import { wakeSchools } from '../../db/school/wake.js';
import { finishReading, storeFaults, takeUpload } from '../../db/upload/reading.js';
import { readUnits } from '../../formats/intake/unitsRead.js';
import { readOrRefuse, writeOrRefuse } from '../brokenFile.js';
import { actContext, type ActivityDeps } from '../deps.js';
import { Fenced } from '../fault.js';

/** Reads the units-and-staff workbook (CPU) and imports it whole, or not at all when any row has an error. */
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
    if (!await finishReading(trx, upload, { state: errors > 0 ? 'read' : 'applied', errors, warnings: reading.faults.length - errors, summary })) throw new Fenced(uploadId);
    if (errors > 0) return;
    const people = await importUnits(trx, data);
    await inviteWithoutAccount(trx, people, actContext(deps));
    await wakeSchools(trx);
    await writeAudit(trx, [{ actorId: upload.uploadedBy, act: 'import_units', subjectKind: 'directory', subjectId: uploadId, detail: summary }]);
  }));
}
