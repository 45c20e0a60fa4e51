import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { PlainDate } from '../../domain/brand.js';
import { createPacketCertificate, createSigningAccounts, openKhoAccount, type PacketCertificate } from '../province/accounts.js';
import { rosterWithBadCells } from '../province/badCells.js';
import { generateProvince } from '../province/generateProvince.js';
import { PROVINCE_NAMES, type ProvinceName } from '../province/plan.js';
import type { Province } from '../province/province.js';
import type { Certificates } from '../province/workbooks.js';
import { Keepsakes } from './keepsakes.js';
import { ask, DemoFault, persistently } from './patience.js';
import { USUAL_SEED } from './people.js';
import { BAD_CELLS, storyOf, type Story } from './story.js';

export type Addresses = { hub: string; mailbox: string; trust: string; signing: string; kho: string };
export type KhoAccount = { userName: string; password: string };

/** The outside world, made once: the people with their phones and passwords, the Sở's certificate, the orders to the Kho. */
export type World = {
  addresses: Addresses; keepsakes: Keepsakes; province: Province; story: Story; certificates: Certificates; packet: PacketCertificate;
  /** By the post's code, and the administrator's. */
  passwords: Readonly<Record<string, string>>;
  badWorkbook: { bytes: Buffer; classNames: readonly string[] } | null;
};

export const ADMINISTRATOR = 'SO-QT01';

const chosen = z.object({ seed: z.number().int(), size: z.enum(PROVINCE_NAMES), pupils: z.number().int().optional(), asOf: z.string() });
const fingerprints = z.record(z.string(), z.object({ fingerprint: z.string() }));
const packetFile = z.object({ certificate: z.string(), privateKey: z.string(), fingerprint: z.string(), serial: z.string() });

export type WorldInput = {
  /** Absent: the seed of the campaign under way, else 20 260 520. */
  seed?: number | undefined;
  size: ProvinceName;
  /** Of a province planned by size: the same shape with so many pupils. */
  pupils?: number | undefined;
  directory: string; addresses: Addresses; khoAccount: KhoAccount;
  /** The day of a first start; a later start keeps the first one's. */
  today: PlainDate;
};

/**
 * Makes the world, or finds the one made before in `directory`.
 * @throws DemoFault when another seed was asked for than the one being played
 */
export async function openWorld({ seed, size, pupils, directory, addresses, khoAccount, today }: WorldInput): Promise<World> {
  const keepsakes = new Keepsakes(directory);
  const played = await keepsakes.keep('campaign', chosen, () => ({ seed: seed ?? USUAL_SEED, size, ...(pupils === undefined ? {} : { pupils }), asOf: today }));
  if (seed !== undefined && seed !== played.seed) throw new DemoFault(`this hub plays seed ${played.seed}; add --fresh to begin anew with seed ${seed}`);
  const province = generateProvince({ seed: played.seed, size: played.size, pupils: played.pupils, asOf: played.asOf as PlainDate });
  const accounts = await keepsakes.keep('signing', fingerprints, async () =>
    Object.fromEntries([...await persistently(() => createSigningAccounts(province, addresses.signing))].map(([account, { fingerprint }]) => [account, { fingerprint }])));
  const packet = await keepsakes.keep('packet-certificate', packetFile, () => persistently(() => createPacketCertificate(province, addresses.signing)));
  const codes = [ADMINISTRATOR, ...province.staff.map((one) => one.code)];
  const passwords = await keepsakes.keep('passwords', z.record(z.string(), z.string()), () => Object.fromEntries(codes.map((code) => [code, randomBytes(9).toString('base64url')])));
  const story = storyOf(province);
  const bad = story.badRoster === null ? null : await rosterWithBadCells(province, story.badRoster, BAD_CELLS);
  await persistently(() => openKhoAccount(province, addresses.kho, khoAccount));
  await keepsakes.keep('kho-orders', z.unknown(), () => orderFaults(story, addresses.kho));
  return {
    addresses, keepsakes, province, story, certificates: new Map(Object.entries(accounts)), packet, passwords,
    badWorkbook: bad === null ? null : { bytes: bad.workbook, classNames: [...new Set(bad.badCells.map((cell) => cell.sheet))] },
  };
}

/** Sent again is what the Kho could not take at that moment; drawn up anew is what it says is wrong in the card. */
export const KHO_SAYS = {
  resend: { error: 'LOI_HE_THONG', field: '', description: 'Kho học bạ số bận, chưa ghi được học bạ này. Gửi lại sau (mô phỏng).' },
  reissue: { error: 'SAI_SO_CCCD', field: 'SO_CCCD', description: 'Số định danh cá nhân không khớp Cơ sở dữ liệu quốc gia về dân cư (mô phỏng).' },
} as const satisfies Record<Story['refusals'][number]['way'], { error: string; field: string; description: string }>;

/** Tells the sandbox's Kho whom to refuse, and to lose one answer, so that the hub has to ask what became of a packet. */
async function orderFaults(story: Story, khoUrl: string): Promise<unknown> {
  const refuse = story.refusals.map(({ id, pupilCode, way }) => ({ id, ma_hoc_sinh: pupilCode, ...KHO_SAYS[way] }));
  const answer = await ask(`${khoUrl}/sandbox/faults`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ refuse, loseAnswerNext: 1 }) });
  if (answer.status !== 200) throw new DemoFault(`the sandbox Kho takes no orders: HTTP ${answer.status}`);
  return JSON.parse(answer.bytes.toString('utf8'));
}
