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
  if (request.is('application/json') !== false) return next();
  receiveFiles(request, maxBytes).then(() => next(), next);
};

/** Readers of a POST's body, by what the route says. */
export function bodyReaders(route: Route): RequestHandler[] {
  if (route.method === 'get') return [];
  if (route.body === 'bytes') return [bytes];
  if (route.body === 'json') return [express.raw({ type: 'application/json', limit: route.maxFileBytes ?? 2 ** 20 })];
  // A program may send what a file would hold as JSON; a page always sends a multipart form.
  return route.body === 'file' ? [json, file(route.maxFileBytes ?? 10 * 2 ** 20)] : [form, json];
}

/** Characters that the fields of one form may have in all: fifty full ones would be more than any file, and strangers may send files too. */
const MOST_TEXT = 2 ** 20;

const received = new WeakMap<Request, Map<string, ReceivedFile>>();

/** A file of a `body: 'file'` route by its field; null when none was chosen. */
export const fileOf = (request: Request, field = 'file'): ReceivedFile | null => received.get(request)?.get(field) ?? null;

/** Reads a multipart form: its fields become `request.body`, its files (three at most) are kept in memory up to the route's limit. */
function receiveFiles(request: Request, maxBytes: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fields: Record<string, string> = {};
    const files = new Map<string, ReceivedFile>();
    let parser: busboy.Busboy;
    try {
      parser = busboy({ headers: request.headers, defParamCharset: 'utf8', limits: { files: 3, fileSize: maxBytes, fields: 50, fieldSize: 2 ** 20 } });
    } catch {
      return reject(new Refused('bad-input'));
    }
    let text = 0;
    parser.on('field', (name, value) => {
      text += value.length;
      if (text > MOST_TEXT) tooLarge = true;
      else fields[name] = value;
    });
    parser.on('file', (name, stream, { filename }) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      // Read on to the end: a browser that is cut off while sending shows no answer.
      stream.on('limit', () => { chunks.length = 0; tooLarge = true; });
      stream.on('end', () => {
        if (filename !== undefined && filename !== '') files.set(name, { name: filename, bytes: Buffer.concat(chunks) });
      });
    });
    let tooLarge = false;
    parser.on('close', () => {
      if (tooLarge) return reject(new FileTooLarge(maxBytes));
      request.body = fields;
      received.set(request, files);
      resolve();
    });
    parser.on('error', () => reject(new Refused('bad-input')));
    request.on('aborted', () => reject(new Refused('bad-input')));
    request.pipe(parser);
  });
}
