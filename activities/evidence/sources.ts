import { OutsideFault } from '../fault.js';
import { fetchOutside } from '../../runtime/fetchOutside.js';

/** A revocation list as its source gave it, or why it did not. */
export type FetchedList = { source: string; der: Buffer } | { source: string; fault: string };

/** Where proven time and revocation answers come from. Nothing they give is believed before it is verified. */
export type TrustSources = {
  /** @param query DER TimeStampReq @returns DER TimeStampResp @throws OutsideFault */
  timestamp: (query: Buffer) => Promise<Buffer>;
  /** One answer per configured address, each asked anew. */
  revocationLists: () => Promise<FetchedList[]>;
  /** @param address of a responder, as the Sở has set it @param query DER OCSPRequest @returns DER OCSPResponse @throws OutsideFault */
  ocsp: (address: string, query: Buffer) => Promise<Buffer>;
};

/** A token is a few kilobytes; a national authority's list some megabytes. */
const MOST_BYTES = { tsa: 256 * 1024, ocsp: 64 * 1024, crl: 64 * 2 ** 20 } as const;
export const SOURCE_TIMEOUT_MS = { patient: 30_000, hasty: 3_000 } as const;

const faultOf = (system: OutsideFault['system']) => (code: string): OutsideFault => new OutsideFault(system, code);

type Kept = { tag: string; der: Buffer };

/**
 * The trust services over HTTP. A list that did not change since is not sent again, and keeps its identity, by which the path validator
 * knows it.
 * @param settings `addresses` as the Sở has set them, asked anew each time; `allowLoopback` in the sandbox only
 */
export function trustSources(settings: { addresses: () => Promise<{ tsa: string | null; crls: readonly string[] }>; timeoutMs: number; allowLoopback: boolean }): TrustSources {
  const { addresses, timeoutMs, allowLoopback } = settings;
  const kept = new Map<string, Kept>();
  const list = async (source: string): Promise<FetchedList> => {
    try {
      const known = kept.get(source);
      const { status, headers, body } = await fetchOutside({
        fault: faultOf('crl'), address: source, mostBytes: MOST_BYTES.crl, timeoutMs, allowLoopback, headers: known === undefined ? {} : { 'if-none-match': known.tag },
      });
      if (status === 304 && known !== undefined) return { source, der: known.der };
      if (status !== 200) return { source, fault: `http-${status}` };
      const tag = headers['etag'];
      if (typeof tag === 'string') kept.set(source, { tag, der: body });
      else kept.delete(source);
      return { source, der: body };
    } catch (error) {
      if (error instanceof OutsideFault) return { source, fault: error.code };
      throw error;
    }
  };
  return {
    async timestamp(query) {
      const { tsa } = await addresses();
      if (tsa === null) throw new OutsideFault('tsa', 'no-address');
      const { status, headers, body } = await fetchOutside({
        fault: faultOf('tsa'), address: tsa, body: query, mostBytes: MOST_BYTES.tsa, timeoutMs, allowLoopback, headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
      });
      if (status !== 200) throw new OutsideFault('tsa', `http-${status}`);
      if (!String(headers['content-type']).startsWith('application/timestamp-reply')) throw new OutsideFault('tsa', 'unexpected-answer');
      return body;
    },
    async ocsp(address, query) {
      const { status, headers, body } = await fetchOutside({
        fault: faultOf('ocsp'), address, body: query, mostBytes: MOST_BYTES.ocsp, timeoutMs, allowLoopback, headers: { 'content-type': 'application/ocsp-request', accept: 'application/ocsp-response' },
      });
      if (status !== 200) throw new OutsideFault('ocsp', `http-${status}`);
      if (!String(headers['content-type']).startsWith('application/ocsp-response')) throw new OutsideFault('ocsp', 'unexpected-answer');
      return body;
    },
    revocationLists: shared(async () => Promise.all((await addresses()).crls.map(list))),
  };
}

/** Who asks while a call is under way shares the next one: an answer is never older than the question. */
function shared<T>(call: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null;
  let next: Promise<T> | null = null;
  const start = (): Promise<T> => {
    const begun = call().finally(() => { running = null; });
    running = begun;
    return begun;
  };
  return () => {
    if (running === null) return start();
    const after = (): Promise<T> => { next = null; return start(); };
    next ??= running.then(after, after);
    return next;
  };
}
