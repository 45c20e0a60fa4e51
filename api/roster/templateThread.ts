import type { RosterTemplate } from '../../formats/roster/template.js';
import { buildInThread } from '../http/thread.js';

/** A school's roster workbook, pre-filled, built outside the thread that serves pages. */
export const buildTemplate = (template: RosterTemplate, owner: string): Promise<Buffer> => buildInThread('./templateWorker.js', import.meta.url, template, owner);
