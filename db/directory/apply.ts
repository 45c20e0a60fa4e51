import { writeAudit } from '../audit.js';
import type { Db } from '../connect.js';
import type { ActContext } from '../acts/context.js';
import { inviteWithoutAccount } from '../mail/invite.js';
import { wakeSchools } from '../school/wake.js';
import { importUnits, type UnitsImport } from './import.js';

/** Brings a workbook into the directory, invites who is new, and has every school look at its people again. */
export async function applyUnits(db: Db, input: { units: UnitsImport; uploadId: string; actorId: string; decisionId: string | null; summary: Record<string, unknown> }, context: ActContext): Promise<void> {
  const people = await importUnits(db, input.units);
  await inviteWithoutAccount(db, people, context);
  await wakeSchools(db);
  await writeAudit(db, [{ actorId: input.actorId, act: 'import_units', subjectKind: 'directory', subjectId: input.uploadId, decisionId: input.decisionId, detail: input.summary }]);
}
