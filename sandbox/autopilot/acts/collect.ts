import { z } from 'zod';
import type { SchoolCode } from '../../../domain/brand.js';
import type { Staff } from '../../province/province.js';
import { rosterWorkbook } from '../../province/workbooks.js';
import { DemoFault } from '../patience.js';
import { BAD_CELLS } from '../story.js';
import { wellTold, type Look, type Town } from '../town.js';
import { isWaiting, openDecision } from './shapes.js';

const upload = z.object({ uploadId: z.string(), state: z.string(), createdAt: z.string(), errorCount: z.number() });
const classLine = z.object({ collectState: z.string(), collected: z.number(), expected: z.number(), held: z.number() });
const page = z.object({ sheet: z.object({ task: z.object({ id: z.string() }).nullable(), classes: z.array(classLine), uploads: z.array(upload), decision: openDecision }) });
/** More workbooks than the story has, and still the school is not collected: something is wrong with the hub or the workbooks. */
const MOST_UPLOADS = 4;
/** A file whose decision was cut off before its commit is sent again under the same id. */
const FORGOTTEN_MS = 5_000;

/** The clerk uploads the school's workbook; one clerk a faulty one first. */
export async function collect(town: Town, clerk: Staff, schoolCode: string): Promise<Look> {
  const { story, badWorkbook } = town.world;
  if (town.school(schoolCode).classes.every(({ fate }) => fate === 'notUploaded')) return 'idle';
  if (story.late.includes(schoolCode as SchoolCode) && !(await town.mailbox.wasChased(clerk.email))) return 'idle';
  const visitor = town.visitor(clerk.code);
  const path = `/truong/${schoolCode}/du-lieu`;
  const { sheet } = await visitor.page(path, page);
  if (isWaiting(sheet.decision) || sheet.task === null) return sheet.task === null ? 'idle' : 'busy';
  const decided = sheet.uploads.filter(({ state }) => state !== 'received');
  const unread = sheet.uploads.find(({ state }) => state === 'received' || state === 'queued');
  if (unread !== undefined && (unread.state === 'queued' || Date.now() - Date.parse(unread.createdAt) < FORGOTTEN_MS)) return 'busy';
  const differing = sheet.uploads.find(({ state }) => state === 'waiting');
  if (differing !== undefined) return wellTold(town, { schoolCode, who: clerk.code }, 'xác nhận thay đổi', await visitor.tell(`${path}/${differing.uploadId}/xac-nhan`, { decisionId: town.decisionId('confirm', differing.uploadId) }));
  // Everything is in; the task closes with the school's next step.
  if (sheet.classes.every(({ collectState, collected, held, expected }) => collectState === 'accepted' && collected + held >= expected)) return 'busy';
  const first = decided.length === 0;
  // A school with faulty or returned classes leaves it at that: its clerk has not come to the corrected workbook.
  if (!first && story.open) return 'idle';
  const [marked] = decided;
  if (decided.length === 1 && story.badRoster === schoolCode && marked?.errorCount !== BAD_CELLS) throw new DemoFault(`the hub marked ${marked?.errorCount ?? 0} of ${BAD_CELLS} bad cells`);
  if (!first && town.leavesJobs && story.badRoster === schoolCode) return 'idle';
  if (decided.length >= MOST_UPLOADS) throw new DemoFault(`school ${schoolCode} is not collected after ${decided.length} workbooks; the last has ${decided[0]?.errorCount ?? 0} errors`);
  const bad = first && story.badRoster === schoolCode;
  const faulty = new Set(town.school(schoolCode).classes.filter(({ fate }) => fate === 'faulty').map(({ name }) => name));
  const bytes = bad && badWorkbook !== null ? badWorkbook.bytes : await rosterWorkbook(town.world.province, schoolCode, faulty);
  town.say(`${town.school(schoolCode).name}: the clerk uploads the data${bad ? `, with ${BAD_CELLS} bad cells` : ''}`);
  const decisionId = town.decisionId('upload', sheet.task.id, decided.length);
  return wellTold(town, { schoolCode, who: clerk.code }, 'nộp dữ liệu lớp', await visitor.hand(path, { decisionId }, { file: { name: `du-lieu-${schoolCode}${bad ? '-lan-1' : ''}.xlsx`, bytes } }));
}
