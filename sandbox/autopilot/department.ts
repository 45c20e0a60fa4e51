import { z } from 'zod';
import { expectedWorkbook, schoolsByParts, unitsWorkbook } from '../province/workbooks.js';
import { DemoFault, eventually } from './patience.js';
import type { Town } from './town.js';
import type { Told, Visitor } from './visitor.js';
import { ADMINISTRATOR } from './world.js';

const keysPage = z.object({ keys: z.array(z.object({ active: z.boolean() })) });
const peoplePage = z.object({ people: z.array(z.object({ email: z.string().nullable() })) });
const directoryPage = z.object({ counts: z.object({ schools: z.number(), signersWithoutCertificate: z.number(), schoolsWithoutSeal: z.number() }), uploads: z.array(z.object({ id: z.string(), state: z.string().nullable() })) });
const uploadPage = z.object({
  upload: z.object({ state: z.string().nullable(), refusalMessage: z.string().nullable() }), faults: z.array(z.object({ sheet: z.string(), cell: z.string(), message: z.string(), severity: z.string() })),
});
const campaignsPage = z.object({ campaigns: z.array(z.object({ id: z.string(), schoolYear: z.string(), cycle: z.string(), state: z.string() })) });
const draftPage = z.object({ counts: z.object({ pupils: z.number() }) });

/** Deadlines from the campaign's creation on. The first one passes while the demo is watched, so that late schools are overdue. */
const DUE_AFTER_S = { collect: 40, review: 45 * 60, approve: 90 * 60, seal: 120 * 60 } as const;
/** In a large province it takes longer until every school that is not late has uploaded; milliseconds a pupil, on two cores. */
const COLLECT_MS_PER_PUPIL = 12;
/** Reading, applying and launching take longer too. */
const PATIENCE_MS = 120_000;
const PATIENCE_MS_PER_PUPIL = 12;
const pupilsOf = (town: Town): number => town.world.province.schools.reduce((sum, school) => sum + school.classes.reduce((all, one) => all + one.size, 0), 0);
const patienceOf = (town: Town): { withinMs: number } => ({ withinMs: PATIENCE_MS + PATIENCE_MS_PER_PUPIL * pupilsOf(town) });
/** Seconds; what takes days in a province takes moments here, on a true clock. */
const POLICY = { remindBefore: 1, remindEvery: 30 * 60, mailSettle: 6, escalateAfter: 10, signingExpires: 12 * 3_600, packetWait: 3, settle: 3 } as const;

/** Done, or carried out a moment later by a worker. */
async function carriedOut(what: string, visitor: Visitor, decisionId: string, first: Told, within: { withinMs?: number } = {}): Promise<void> {
  const outcome = first.outcome !== 'recorded' ? first : await eventually(what, async () => {
    const now = await visitor.decision(decisionId);
    return now === null || now.outcome === 'recorded' ? null : now;
  }, within);
  if (outcome.outcome !== 'done') throw new DemoFault(`${what}: the hub refused (${outcome.code ?? outcome.outcome}): ${outcome.sentence ?? ''} ${JSON.stringify(outcome.fields ?? {})}`);
}

/** The first administrator: the Sở's packet certificate, and who coordinates. */
async function administer(town: Town): Promise<void> {
  const admin = town.visitor(ADMINISTRATOR);
  const { packet } = town.world;
  if (!(await admin.page('/quan-tri/chung-thu', keysPage)).keys.some((key) => key.active)) {
    const decisionId = town.decisionId('packet-key', packet.fingerprint);
    const file = (name: string, pem: string) => ({ name, bytes: Buffer.from(pem) });
    await carriedOut('the packet certificate', admin, decisionId, await admin.hand('/quan-tri/chung-thu', { decisionId }, { certificate: file('chung-thu.pem', packet.certificate), key: file('khoa.pem', packet.privateKey) }));
    town.say('administrator (quản trị): gives the packet certificate of the Sở');
  }
  const { email, fullName, phone, personalNumber } = town.department('coordinator');
  if (!(await admin.page('/quan-tri/nguoi-dung', peoplePage)).people.some((person) => person.email === email)) {
    const decisionId = town.decisionId('appoint', email);
    await carriedOut('the appointment', admin, decisionId, await admin.tell('/quan-tri/nguoi-dung', { decisionId, fullName, email, phone, personalNumber, role: 'coordinator' }));
    town.say('administrator (quản trị): invites the coordinator');
  }
}

/** Uploads a workbook of the Sở, unless it was, and waits until it is applied. */
/** The hub takes 200,000 rows a workbook; what a reader holds of one stays well below a gigabyte. */
const MOST_PUPILS_A_FILE = 150_000;

async function bringIn(town: Town, coordinator: Visitor, path: string, file: { decisionId: string; fields?: Record<string, string>; name: string; bytes: () => Promise<Buffer> }): Promise<void> {
  const { decisionId } = file;
  if (await coordinator.decision(decisionId) === null) {
    await carriedOut(file.name, coordinator, decisionId, await coordinator.hand(path, { decisionId, ...file.fields }, { file: { name: file.name, bytes: await file.bytes() } }), patienceOf(town));
  }
  await eventually(`${file.name} to be read`, async () => {
    const { upload, faults } = await coordinator.page(`/tep/${decisionId}`, uploadPage);
    const errors = faults.filter((fault) => fault.severity === 'error');
    if (upload.state === 'refused' || errors.length > 0) throw new DemoFault(`${file.name} was refused: ${upload.refusalMessage ?? ''} ${JSON.stringify(errors.slice(0, 3))}`);
    return upload.state === 'applied' ? true : null;
  }, patienceOf(town));
}

async function importDirectory(town: Town, coordinator: Visitor): Promise<void> {
  const { province, certificates } = town.world;
  await bringIn(town, coordinator, '/don-vi', { decisionId: town.decisionId('units'), name: 'don-vi-va-nhan-su.xlsx', bytes: () => unitsWorkbook(province, certificates) });
  await eventually('the certificates of everybody who signs', async () => {
    const { counts } = await coordinator.page('/don-vi', directoryPage);
    return counts.signersWithoutCertificate === 0 && counts.schoolsWithoutSeal === 0 ? true : null;
  }, patienceOf(town));
}

/** The campaign of the province's school year; null while there is none. */
export async function findCampaign(town: Town): Promise<{ id: string; state: string } | null> {
  const { campaigns } = await town.visitor(town.department('coordinator').code).page('/dot', campaignsPage);
  return campaigns.find(({ schoolYear, cycle }) => schoolYear === town.world.province.schoolYear && cycle === 'main') ?? null;
}

async function createCampaign(town: Town, coordinator: Visitor): Promise<string> {
  const known = await findCampaign(town);
  if (known !== null) return known.id;
  const due = (afterS: number): string => new Date(Date.now() + afterS * 1_000).toISOString();
  const laterS = (COLLECT_MS_PER_PUPIL * pupilsOf(town)) / 1_000;
  const deadlines = Object.fromEntries(Object.entries(DUE_AFTER_S).map(([stage, afterS]) => [stage, due(afterS + laterS)]));
  const decisionId = town.decisionId('create');
  await carriedOut('the campaign', coordinator, decisionId, await coordinator.tell('/dot/moi', { decisionId, schoolYear: town.world.province.schoolYear, cycle: 'main', ...deadlines, ...POLICY }));
  return decisionId;
}

/**
 * From an empty hub to a launched campaign, step by step as the Sở's people would; steps taken in an earlier run are left as they are.
 * @returns the campaign's id
 */
export async function prepareCampaign(town: Town): Promise<string> {
  await administer(town);
  const coordinator = town.visitor(town.department('coordinator').code);
  const before = await findCampaign(town);
  if (before !== null && before.state !== 'draft') return before.id;
  await importDirectory(town, coordinator);
  town.say(`coordinator (chuyên viên Sở): brings in ${town.world.province.schools.length} schools and ${town.world.province.staff.length} people by workbook`);
  const campaignId = await createCampaign(town, coordinator);
  for (const [part, schools] of schoolsByParts(town.world.province, MOST_PUPILS_A_FILE).entries()) {
    // The first is the list; each further one adds its schools to it.
    const more = part === 0 ? { decisionId: town.decisionId('expected', campaignId) } : { decisionId: town.decisionId('expected', campaignId, part), fields: { range: 'schools' } };
    await bringIn(town, coordinator, `/dot/${campaignId}/hoc-sinh`, { ...more, name: `hoc-sinh-${part + 1}.xlsx`, bytes: () => expectedWorkbook(town.world.province, schools) });
  }
  const { counts } = await coordinator.page(`/dot/${campaignId}`, draftPage);
  town.say(`coordinator (chuyên viên Sở): brings in ${counts.pupils} expected pupils by workbook`);
  const decisionId = town.decisionId('launch', campaignId);
  await carriedOut('the launch', coordinator, decisionId, await coordinator.tell(`/dot/${campaignId}/phat-dong`, { decisionId, confirmed: '1' }), patienceOf(town));
  town.say('coordinator (chuyên viên Sở): launches the campaign (phát động)');
  return campaignId;
}

/** Without `--exit`: the school with the faulty workbook gets more time, so that it waits for its clerk and is not overdue. */
export async function grantMoreTime(town: Town, campaignId: string, over: AbortSignal): Promise<void> {
  const { badRoster } = town.world.story;
  if (!town.leavesJobs || badRoster === null || over.aborted) return;
  const coordinator = town.visitor(town.department('coordinator').code);
  const decisionId = town.decisionId('extend', campaignId);
  if (await coordinator.decision(decisionId) !== null) return;
  const dueAt = new Date(Date.now() + DUE_AFTER_S.review * 1_000).toISOString();
  await carriedOut('the extension', coordinator, decisionId, await coordinator.tell(`/dot/${campaignId}/truong/${badRoster}/gia-han`, { decisionId, stage: 'collect', dueAt, reason: 'Văn thư đang sửa tệp dữ liệu.' }));
  town.say(`${town.school(badRoster).name}: the Sở extends the deadline of its data (gia hạn)`);
}
