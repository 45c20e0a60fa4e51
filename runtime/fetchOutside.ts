import { lookup as dnsLookup } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Networks a public service is never in: what points there points at us or at our neighbours. */
const INNER = new BlockList();
const LOOPBACK = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['224.0.0.0', 4], ['240.0.0.0', 4],
] as const) INNER.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of [['::', 128], ['64:ff9b::', 96], ['fc00::', 7], ['fe80::', 10], ['ff00::', 8]] as const) INNER.addSubnet(network, bits, 'ipv6');
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

export type OutsideRequest = {
  /** The caller's own error for a code. */
  fault: (code: string) => Error;
  /** From the settings, never from a document or a certificate. */
  address: string;
  headers?: Readonly<Record<string, string>>;
  /** Sent by POST; absent: GET. */
  body?: Buffer;
  mostBytes: number; timeoutMs: number;
  /** The sandbox's stand-ins listen on this machine; production never calls itself. */
  allowLoopback: boolean;
};
export type OutsideAnswer = { status: number; headers: Readonly<Record<string, string | string[] | undefined>>; body: Buffer };

/** Whether a public service may be at this address. */
export function mayCall(address: string, allowLoopback: boolean): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  return LOOPBACK.check(address, family) ? allowLoopback : !INNER.check(address, family);
}

/**
 * One call to a trust service: no redirect is followed, and the address that is connected to is the one that was judged (a name that
 * resolves to an inner network is refused, also when it did not a moment before).
 * @throws `fault` of `unreachable`, `timeout`, `answer-too-large`, `address-refused`, `redirected`
 */
export function fetchOutside(input: OutsideRequest): Promise<OutsideAnswer> {
  const { address, headers = {}, body, mostBytes, timeoutMs, allowLoopback } = input;
  const url = new URL(address);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const made = new WeakSet<Error>();
  const fault = (code: string): Error => {
    const error = input.fault(code);
    made.add(error);
    return error;
  };
  /** The error's own words may name addresses and stay here; what is thrown on has a code. */
  const named = (error: Error): Error => (made.has(error) ? error : fault(error.name === 'AbortError' || error.name === 'TimeoutError' ? 'timeout' : 'unreachable'));
  if (!['http:', 'https:'].includes(url.protocol) || (isIP(host) !== 0 && !mayCall(host, allowLoopback))) return Promise.reject(fault('address-refused'));
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const outgoing = send(url, {
      method: body === undefined ? 'GET' : 'POST', headers: { ...headers, ...(body === undefined ? {} : { 'content-length': String(body.length) }) },
      lookup: judgedLookup(allowLoopback, fault), signal: AbortSignal.timeout(timeoutMs), agent: false,
    }, (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > mostBytes) outgoing.destroy(fault('answer-too-large'));
        else chunks.push(chunk);
      });
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        if (status >= 300 && status < 400 && status !== 304) reject(fault('redirected'));
        else resolve({ status, headers: response.headers, body: Buffer.concat(chunks) });
      });
      response.on('error', (error) => reject(named(error)));
    });
    outgoing.on('error', (error) => reject(named(error)));
    outgoing.end(body);
  });
}

const judgedLookup = (allowLoopback: boolean, fault: (code: string) => Error): LookupFunction => (hostname, options, callback) => {
  dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, []);
    // Any one of them: which is connected to is not ours to choose.
    if (!addresses.every(({ address }) => mayCall(address, allowLoopback))) return callback(fault('address-refused'), []);
    if (options.all === true) return callback(null, addresses);
    const [first] = addresses;
    return first === undefined ? callback(fault('unreachable'), []) : callback(null, first.address, first.family);
  });
};
