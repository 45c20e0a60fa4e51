import { runOpenssl } from './openssl.js';
import type { PathError } from './outcome.js';

/** What certificates that are judged in one process have in common. */
export type SharedTerms = {
  intermediates: readonly Buffer[];
  anchors: readonly Buffer[];
  /** null: revocation is not looked at. */
  crls: readonly Buffer[] | null;
  /** Seconds since 1970. */
  atSeconds: number;
  policies: readonly string[];
  explicitPolicy: boolean;
  inhibitMapping: boolean;
  inhibitAny: boolean;
  /** 2, or 0 where each certificate's strength is judged otherwise. */
  authLevel: 2 | 0;
};

export type LeafOutcome = { kind: 'good'; path: string[] } | { kind: 'bad'; errors: PathError[] } | { kind: 'timed-out' | 'failed' };

/**
 * Judges certificates by `openssl verify`, all in one process. Where its answers do not add up to exactly one for each (a crash, the
 * time limit, a certificate whose policy texts imitate answers), the certificates are parted until each is judged alone.
 */
export async function verifyLeaves(opensslPath: string, terms: SharedTerms, leaves: readonly Buffer[]): Promise<LeafOutcome[]> {
  const files = new Map<string, string | Uint8Array>([
    ['anchors.pem', pem('CERTIFICATE', terms.anchors)],
    ['intermediates.pem', pem('CERTIFICATE', terms.intermediates)],
    ['crls.pem', pem('X509 CRL', terms.crls ?? [])],
    ...leaves.map((leaf, place): [string, Uint8Array] => [leafName(place), leaf]),
  ]);
  const run = await runOpenssl({ opensslPath, args: [...argumentsOf(terms), ...leaves.map((_, place) => leafName(place))], files, ended: [0, 2] });
  const outcomes = run.kind === 'done' ? outcomesOf(run, leaves.length) : null;
  if (outcomes !== null) return outcomes;
  if (leaves.length <= 1) return leaves.map(() => ({ kind: run.kind === 'timed-out' ? 'timed-out' : 'failed' }));
  const half = Math.ceil(leaves.length / 2);
  return [...(await verifyLeaves(opensslPath, terms, leaves.slice(0, half))), ...(await verifyLeaves(opensslPath, terms, leaves.slice(half)))];
}

const ANY_POLICY = '2.5.29.32.0';

const leafName = (place: number): string => `${place}.der`;

function argumentsOf({ intermediates, crls, atSeconds, policies, explicitPolicy, inhibitMapping, inhibitAny, authLevel }: SharedTerms): string[] {
  return [
    'verify', '-CAfile', 'anchors.pem', '-no-CApath', '-no-CAstore', '-x509_strict', '-auth_level', String(authLevel), '-attime', String(atSeconds),
    '-show_chain', '-nameopt', 'RFC2253,-esc_msb,utf8',
    // Without -policy_check, what -policy names is not looked at; without a -policy, a required policy could never be met.
    '-policy_check', ...(policies.length === 0 ? [ANY_POLICY] : policies).flatMap((oid) => ['-policy', oid]),
    ...(explicitPolicy ? ['-explicit_policy'] : []), ...(inhibitMapping ? ['-inhibit_map'] : []), ...(inhibitAny ? ['-inhibit_any'] : []),
    ...(intermediates.length > 0 ? ['-untrusted', 'intermediates.pem'] : []),
    ...(crls === null ? [] : ['-crl_check_all', '-extended_crl', '-use_deltas', ...(crls.length > 0 ? ['-CRLfile', 'crls.pem'] : [])]),
  ];
}

function pem(label: string, ders: readonly Buffer[]): string {
  return ders.map((der) => `-----BEGIN ${label}-----\n${(der.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END ${label}-----\n`).join('');
}

/** null when the output does not hold exactly one answer for each certificate and the exit code that goes with them. */
function outcomesOf({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }, count: number): LeafOutcome[] | null {
  // Of a certificate alone the exit code says that it is bad, whatever texts of its own it had printed among the errors.
  if (count === 1 && code !== 0) return aloneOf(stderr);
  const good = goodOf(stdout);
  const bad = badOf(stderr);
  if (good === null || bad === null || (code === 0) !== (bad.size === 0) || good.size + bad.size !== count) return null;
  const outcomes = Array.from({ length: count }, (_, place): LeafOutcome | null => {
    const path = good.get(place);
    const errors = bad.get(place);
    if ((path === undefined) === (errors === undefined)) return null;
    return path === undefined ? { kind: 'bad', errors: errors as PathError[] } : { kind: 'good', path };
  });
  return outcomes.includes(null) ? null : (outcomes as LeafOutcome[]);
}

function goodOf(stdout: string): Map<number, string[]> | null {
  const good = new Map<number, string[]>();
  let path: string[] = [];
  for (const line of stdout.split('\n')) {
    const place = /^(\d+)\.der: OK$/.exec(line)?.[1];
    const subject = /^depth=\d+: (.*?)(?: \(untrusted\))?$/.exec(line)?.[1];
    if (place !== undefined) {
      if (good.has(Number(place))) return null;
      path = [];
      good.set(Number(place), path);
    } else if (subject !== undefined) path.push(subject);
  }
  return good;
}

const errorOf = (line: string): PathError | null => {
  const [, inCrlPath, number, depth] = /^(\[CRL path\] )?error (\d+) at (\d+) depth lookup: /.exec(line) ?? [];
  return number === undefined ? null : { number: Number(number), depth: Number(depth), inCrlPath: inCrlPath !== undefined };
};

function aloneOf(stderr: string): LeafOutcome[] | null {
  const errors = stderr.split('\n').map(errorOf).filter((error) => error !== null);
  return errors.length === 0 ? null : [{ kind: 'bad', errors }];
}

/** Errors stand before the line that closes them; errors nobody closes speak of a certificate that was called good nevertheless. */
function badOf(stderr: string): Map<number, PathError[]> | null {
  const bad = new Map<number, PathError[]>();
  let open: PathError[] = [];
  for (const line of stderr.split('\n')) {
    const error = errorOf(line);
    const place = /^error (\d+)\.der: verification failed$/.exec(line)?.[1];
    if (error !== null) open.push(error);
    else if (place !== undefined) {
      if (bad.has(Number(place)) || open.length === 0) return null;
      bad.set(Number(place), open);
      open = [];
    }
  }
  return open.length === 0 ? bad : null;
}
