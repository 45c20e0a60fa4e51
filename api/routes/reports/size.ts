import { classesIn } from '../../../db/views/reports.js';
import type { Db } from '../../../db/connect.js';
import type { ProgressScope } from '../../../domain/progress.js';

/** A progress workbook of more classes (some 100,000 pupils) takes tens of seconds and hundreds of megabytes: too much for the process that serves pages. */
const MOST_CLASSES = 3_000;

/** Whether the progress workbook of a scope is small enough to be made while somebody waits for it. */
export const madeAtOnce = async (db: Db, scope: ProgressScope): Promise<boolean> => await classesIn(db, scope) <= MOST_CLASSES;
