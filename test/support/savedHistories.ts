import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import proto from '@temporalio/proto';
import { projectRoot } from './projectRoot.js';

/** Histories of real runs, kept in the checkout; `node scripts/saveHistories.mjs` makes them anew (docs/temporal.md). */
export const historiesDir = path.join(projectRoot, 'test', 'replay', 'histories');

/** Under this the saved histories are encrypted. It guards nothing: they hold ids and codes of a synthetic province. */
export const REPLAY_SECRET = Buffer.alloc(32, 'saved histories');

// CommonJS whose named exports Node cannot see.
const { History } = proto.temporal.api.history.v1;
export type History = proto.temporal.api.history.v1.IHistory;

export type SavedHistory = { name: string; workflowId: string; history: History };

/** The SDK's own `historyToJSON` fails where npm has put two copies of protobufjs; its message classes do the same. */
export const historyToJson = (history: History): Record<string, unknown> => History.toObject(History.fromObject(history), { enums: String, longs: String, bytes: String });

const MARKER_NOTES = ['seq', 'attempt', 'activity_id', 'activity_type', 'complete_time', 'backoff', 'original_schedule_time'];
/** The SDK's own note, in plain, on a local activity: which it was and when, never what went in or came out. */
export function isMarkerNote(bytes: Uint8Array): boolean {
  const note = JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>;
  return note['activity_type'] === 'advanceSchool' && Object.keys(note).every((key) => MARKER_NOTES.includes(key));
}

/** The SDK's own note, in plain, on a patch: its name, and whether it is on its way out. */
export const isPatchNote = (bytes: Uint8Array): boolean => /^\{"id":"[a-z-]+","deprecated":(true|false)\}$/.test(Buffer.from(bytes).toString());

export const savedNames = (): string[] => readdirSync(historiesDir).filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length)).sort();

export const savedText = (name: string): string => readFileSync(path.join(historiesDir, `${name}.json`), 'utf8');

/** @param change the file's text before it is read, for histories that must not replay */
export function savedHistory(name: string, change: (text: string) => string = (text) => text): SavedHistory {
  const { workflowId, history } = JSON.parse(change(savedText(name))) as { workflowId: string; history: Record<string, unknown> };
  return { name, workflowId, history: History.fromObject(history) };
}
