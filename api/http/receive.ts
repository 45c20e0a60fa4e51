import busboy from 'busboy';
import express, { type Request, type RequestHandler } from 'express';
import { Refused } from './refused.js';
import type { Route } from '../route.js';

export type ReceivedFile = { name: string; bytes: Buffer };

/** Thrown while a file is arriving that is larger than the route takes; answered as a clear refusal, nothing is kept. */
export class FileTooLarge extends Error {
  constructor(readonly maxBytes: number) { super('file too large'); }
}

const form = express.urlencoded({ extended: false, limit: '2mb', parameterLimit: 20_000 });
const json = express.json({ limit: '2mb' });
const bytes = express.raw({ type: () => true, limit: '256kb' });
const file = (maxBytes: number): RequestHandler => (request, _response, next) => {
  receiveFile(request, maxBytes).then(() => next(), next);
};

/** Readers of a POST's body, by what the route says. */
export function bodyReaders(route: Route): RequestHandler[] {
  if (route.method === 'get') return [];
  if (route.body === 'bytes') return [bytes];
  return route.body === 'file' ? [file(route.maxFileBytes ?? 10 * 2 ** 20)] : [form, json];
}

const received = new WeakMap<Request, ReceivedFile>();

/** The file of a `body: 'file'` route; null when none was chosen. */
export const fileOf = (request: Request): ReceivedFile | null => received.get(request) ?? null;

/** Reads a multipart form: its fields become `request.body`, its one file is kept in memory up to the route's limit. */
function receiveFile(request: Request, maxBytes: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fields: Record<string, string> = {};
    let parser: busboy.Busboy;
    try {
      parser = busboy({ headers: request.headers, defParamCharset: 'utf8', limits: { files: 1, fileSize: maxBytes, fields: 50, fieldSize: 2 ** 20 } });
    } catch {
      return reject(new Refused('bad-input'));
    }
    parser.on('field', (name, value) => { fields[name] = value; });
    parser.on('file', (_name, stream, { filename }) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      // Read on to the end: a browser that is cut off while sending shows no answer.
      stream.on('limit', () => { chunks.length = 0; reject(new FileTooLarge(maxBytes)); });
      stream.on('end', () => {
        if (filename !== undefined && filename !== '' && !stream.truncated) received.set(request, { name: filename, bytes: Buffer.concat(chunks) });
      });
    });
    parser.on('close', () => { request.body = fields; resolve(); });
    parser.on('error', () => reject(new Refused('bad-input')));
    request.pipe(parser);
  });
}
