import { execFileSync } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import type { SignatureRole } from '../../domain/card.js';
import { anchors, ca, signers } from '../../test/support/cards.js';
import { crlOf } from '../../test/support/crl.js';
import { ALGORITHMS, foreignCard, plainRoles } from '../../test/support/foreignCards.js';
import { benchCard } from './benchCards.js';
import type { BenchMaterial, Done, Job, Order } from './signingJobs.js';

/** A floor: raw RSA and SHA-256 by `openssl speed`, wall time, as many processes as we use threads. */
type Floor = { signs: number; verifies: number; hash: (bytes: number) => number };

const ROUNDS = 5;
const SLICE_MS = 1_500;
const SIGNED_INFO_BYTES = 1_000;

function opensslSpeed(openssl: string, threads: number, ...what: string[]): string {
  return execFileSync(openssl, ['speed', '-elapsed', '-multi', String(threads), '-seconds', '1', '-mr', ...what], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

/** Signatures and verifications a second of all processes together. */
function rsaFloor(openssl: string, threads: number): { signs: number; verifies: number } {
  const line = /^\+F2:\d+:2048:([\d.]+):([\d.]+)/m.exec(opensslSpeed(openssl, threads, 'rsa2048'));
  if (line === null) throw new Error('openssl speed did not say what RSA costs');
  return { signs: Number(line[1]), verifies: Number(line[2]) };
}

/** Hashes a second of messages of that size, all processes together. */
function hashFloor(openssl: string, threads: number, bytes: number): number {
  const line = /^\+F:\d+:sha256:([\d.]+)/mi.exec(opensslSpeed(openssl, threads, '-bytes', String(bytes), '-evp', 'sha256'));
  if (line === null) throw new Error('openssl speed did not say what SHA-256 costs');
  return Number(line[1]) / bytes;
}

class Crew {
  private constructor(private readonly workers: Worker[]) {}

  static async start(threads: number, material: Omit<BenchMaterial, 'seed'>): Promise<Crew> {
    const workers = Array.from({ length: threads }, (_, seed) => new Worker(new URL('./signingJobs.js', import.meta.url), {
      workerData: { ...material, seed: seed + 1 }, resourceLimits: { maxYoungGenerationSizeMb: 64 },
    }));
    await Promise.all(workers.map((worker) => new Promise((resolve, reject) => { worker.once('message', resolve); worker.once('error', reject); })));
    return new Crew(workers);
  }

  /** All threads at once. @returns how often a second together, and the longest time any took */
  async work(orders: readonly Order[]): Promise<{ perSecond: number; ms: number; bytes: number }> {
    const done = await Promise.all(orders.map((order, place) => new Promise<Done>((resolve, reject) => {
      const worker = this.workers[place] as Worker;
      worker.once('message', (answer: Done | { fault: string }) => { if ('fault' in answer) reject(new Error(answer.fault)); else resolve(answer); });
      worker.postMessage(order);
    })));
    return { perSecond: done.reduce((sum, { times, ms }) => sum + (times * 1_000) / ms, 0), ms: Math.max(...done.map(({ ms }) => ms)), bytes: done[0]?.bytes ?? 0 };
  }

  for = (job: Job, ms = SLICE_MS) => this.work(this.workers.map(() => ({ job, ms })));

  async stop(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] as number;
const round = (value: number, digits = 0): number => Number(value.toFixed(digits));

/** A card as a vendor's software writes it: prefixed, indented, inclusive C14N; made by a signer that is not ours. */
const vendorCard = (seed: number): Buffer => foreignCard({
  seed, indent: true, roles: plainRoles({ prefix: 'ds:', canonicalization: ALGORITHMS.inclusive, transforms: [ALGORITHMS.inclusive] }),
  edit: (card) => card.replace(/<(NHAN_XET_\w+)>/g, (tag) => `${tag}${benchCard(seed).record.remarks.teacher} `),
});

/**
 * What signing and verifying cost, beside raw RSA and SHA-256 of the same run. Floors and work take turns, and each ratio is the median
 * of the rounds, so that a machine that is busy meanwhile disturbs both alike.
 * @param openssl absolute path
 */
export async function benchSigning({ openssl, threads, onProgress }: { openssl: string; threads: number; onProgress: (line: string) => void }): Promise<Record<string, unknown>> {
  const who = signers();
  const foreign = Array.from({ length: 40 }, (_, place) => vendorCard(place + 1));
  const material: Omit<BenchMaterial, 'seed'> = {
    signers: Object.fromEntries((Object.keys(who) as SignatureRole[]).map((role) => [role, {
      key: who[role].key.export({ type: 'pkcs8', format: 'pem' }) as string, certificate: who[role].der, personalNumber: who[role].personalNumber, signedAt: who[role].signedAt,
    }])) as unknown as BenchMaterial['signers'],
    anchor: (anchors[0] as { raw: Buffer }).raw, crl: crlOf(ca, { thisUpdate: new Date('2026-06-09T00:00:00Z') }), foreign, openssl,
  };
  const crew = await Crew.start(threads, material);
  try {
    onProgress(`warming up ${threads} threads`);
    const { bytes: cardBytes } = await crew.for('sign', 1_000);
    for (const job of ['canonical', 'foreign'] as const) await crew.for(job, 2_000);
    const foreignBytes = Math.round(foreign.reduce((sum, card) => sum + card.toString().indexOf('</DU_LIEU_HOC_BA>'), 0) / foreign.length);
    const rounds: { floor: Floor; sign: number; canonical: number; foreign: number; prepare900Ms: number }[] = [];
    for (let count = 1; count <= ROUNDS; count += 1) {
      onProgress(`round ${count} of ${ROUNDS}`);
      const sizes = new Map([cardBytes, foreignBytes, SIGNED_INFO_BYTES].map((size) => [size, hashFloor(openssl, threads, size)]));
      const floor: Floor = { ...rsaFloor(openssl, threads), hash: (size) => sizes.get(size) as number };
      const each = Math.ceil(900 / threads);
      rounds.push({
        floor,
        sign: (await crew.for('sign')).perSecond,
        canonical: (await crew.for('canonical')).perSecond,
        foreign: (await crew.for('foreign')).perSecond,
        prepare900Ms: (await crew.work(Array.from({ length: threads }, () => ({ job: 'prepare900', times: each })))).ms,
      });
    }
    onProgress('the same work by xml-crypto and xmldsigjs');
    const others: Partial<Record<Job, number>> = {};
    for (const job of ['xmlCryptoSign', 'xmldsigjsSign', 'xmlCryptoVerify', 'xmldsigjsVerify'] as const) {
      await crew.for(job, 1_000);
      others[job] = round((await crew.for(job)).perSecond);
    }
    // Three signatures of a card: each hashes the data, its signing time and its SignedInfo, and verifies once.
    const verifyFloor = (floor: Floor, size: number): number => 1 / (3 / floor.verifies + 3 / floor.hash(size) + 6 / floor.hash(SIGNED_INFO_BYTES));
    const of = (pick: (round: (typeof rounds)[number]) => number): number => median(rounds.map(pick));
    return {
      signRatio: round(of(({ sign: own, floor }) => own / floor.signs), 3),
      verifyCanonicalRatio: round(of(({ canonical, floor }) => canonical / verifyFloor(floor, cardBytes)), 3),
      verifyForeignRatio: round(of(({ foreign: own, floor }) => own / verifyFloor(floor, foreignBytes)), 3),
      prepare900Ms: round(of(({ prepare900Ms }) => prepare900Ms)),
      threads, cardBytes, foreignBytes,
      signedPerSecond: round(of(({ sign: own }) => own)), verifiedCanonicalPerSecond: round(of(({ canonical }) => canonical)), verifiedForeignPerSecond: round(of(({ foreign: own }) => own)),
      floor: {
        rsaSignsPerSecond: round(of(({ floor }) => floor.signs)), rsaVerifiesPerSecond: round(of(({ floor }) => floor.verifies)),
        hashesPerSecond: Object.fromEntries([cardBytes, foreignBytes, SIGNED_INFO_BYTES].map((size) => [size, round(of(({ floor }) => floor.hash(size)))])),
        verifyCanonicalPerSecond: round(of(({ floor }) => verifyFloor(floor, cardBytes))), verifyForeignPerSecond: round(of(({ floor }) => verifyFloor(floor, foreignBytes))),
      },
      xmlCrypto: { signedPerSecond: others.xmlCryptoSign, verifiedPerSecond: others.xmlCryptoVerify },
      xmldsigjs: { signedPerSecond: others.xmldsigjsSign, verifiedPerSecond: others.xmldsigjsVerify },
    };
  } finally {
    await crew.stop();
  }
}
