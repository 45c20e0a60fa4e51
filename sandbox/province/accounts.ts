import { z } from 'zod';
import type { Province } from './province.js';

/** What the signing service answers about one account; `fingerprint` is the SHA-256 of the DER in lower-case hex. */
export type SigningAccount = { account: string; certificate: string; fingerprint: string; serial: string };
export type PacketCertificate = { certificate: string; privateKey: string; fingerprint: string; serial: string };

const signingAccount = z.object({ account: z.string(), certificate: z.string(), fingerprint: z.string(), serial: z.string() });
const packetCertificate = z.object({ certificate: z.string(), privateKey: z.string(), fingerprint: z.string(), serial: z.string() });

type AccountInput = { account: string; pin: string; kind: 'person' | 'organisation'; commonName: string; uid: string; organisation?: string | undefined };

/** Everyone who signs, and every school's seal, as the signing service wants to know them. */
export function signingAccountsOf(province: Province): AccountInput[] {
  const schoolNames = new Map(province.schools.map((school) => [school.code as string, school.name]));
  const people = province.staff.flatMap(({ signing, fullName, personalNumber, roles }) => {
    const [role] = roles;
    const organisation = role !== undefined && 'schoolCode' in role ? schoolNames.get(role.schoolCode) : province.departmentName;
    return signing === null ? [] : [{ ...signing, kind: 'person' as const, commonName: fullName, uid: `CCCD:${personalNumber}`, organisation }];
  });
  const seals = province.schools.map(({ seal }) => ({ account: seal.account, pin: seal.pin, kind: 'organisation' as const, commonName: seal.name, uid: `MST:${seal.taxCode}` }));
  return [...people, ...seals];
}

/** So many keys a call: the service makes those of one call side by side, and answers before anybody's patience ends. */
const ACCOUNTS_A_CALL = 100;

/**
 * Makes the accounts over HTTP; asking again changes nothing.
 * @param signingUrl origin of the sandbox's signing service, e.g. `http://127.0.0.1:7301`
 * @returns by account code
 */
export async function createSigningAccounts(province: Province, signingUrl: string): Promise<Map<string, SigningAccount>> {
  const inputs = signingAccountsOf(province);
  const made = new Map<string, SigningAccount>();
  for (let start = 0; start < inputs.length; start += ACCOUNTS_A_CALL) {
    const answers = z.array(signingAccount).parse(await post(`${signingUrl}/sandbox/accounts`, inputs.slice(start, start + ACCOUNTS_A_CALL)));
    for (const answer of answers) made.set(answer.account, answer);
  }
  return made;
}

/** The Sở's own packet certificate with its key: the one key the hub is given. A new one at every call. */
export const createPacketCertificate = async ({ organisation }: Province, signingUrl: string): Promise<PacketCertificate> =>
  packetCertificate.parse(await post(`${signingUrl}/sandbox/certificates`, { commonName: organisation.name, uid: `MST:${organisation.taxCode}` }));

/** A school's seal as a .p12, as its authority would hand it over; its password is the PIN of the seal's account. */
export async function fetchSoftSeal({ account, pin }: { account: string; pin: string }, signingUrl: string): Promise<Buffer> {
  const response = await send(`${signingUrl}/sandbox/accounts/${account}/soft-certificate`, { pin });
  return Buffer.from(await response.arrayBuffer());
}

/** Gives the Sở its account at the sandbox Kho; the same again changes nothing. */
export async function openKhoAccount({ code }: Province, khoUrl: string, account: { userName: string; password: string }): Promise<void> {
  await post(`${khoUrl}/sandbox/units`, { ma_don_vi: code, user_name: account.userName, password: account.password });
}

async function post(url: string, body: unknown): Promise<unknown> {
  const response = await send(url, body);
  return response.status === 204 ? null : response.json();
}

async function send(url: string, body: unknown): Promise<Response> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`the sandbox answered ${response.status} to ${new URL(url).pathname}: ${(await response.text()).slice(0, 500)}`);
  return response;
}
