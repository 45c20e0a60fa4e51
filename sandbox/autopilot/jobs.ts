import { z } from 'zod';
import { fetchSoftSeal } from '../province/accounts.js';
import { rosterWorkbook } from '../province/workbooks.js';
import type { Staff } from '../province/province.js';
import { persistently } from './patience.js';
import type { Standing } from './standing.js';
import type { ClassName, WaitingJob as SigningJob } from './story.js';
import type { Town } from './town.js';
import { ADMINISTRATOR } from './world.js';

/** One job for whoever watches, with the way in; everything in it belongs to people who do not exist. */
export type WaitingJob = {
  role: string; job: string; address: string; userName: string; password: string;
  /** Where a signature is confirmed. */
  phone: { address: string; pin: string } | null;
  /** A workbook to upload. */
  file: string | null;
};

/** The jobs that the story leaves and nobody has done yet, and one way in for each other role; every account named here can sign in afterwards. */
export async function openForVisitors(town: Town, campaignId: string, standing: Standing): Promise<WaitingJob[]> {
  const { world } = town;
  const { story, addresses } = world;
  const entry = (code: string, role: string, job: string, path: string, more: { key?: { account: string; pin: string } | null; file?: string } = {}): WaitingJob => {
    const { userName, password } = town.visitor(code).login;
    const key = more.key ?? null;
    return { role, job, address: addresses.hub + path, userName, password, phone: key === null ? null : { address: `${addresses.signing}/phone/${key.account}`, pin: key.pin }, file: more.file ?? null };
  };
  const clerk = (schoolCode: string): Staff => post(town, schoolCode, 'clerk');
  const { badRoster } = story;
  const corrected = badRoster === null ? null : world.keepsakes.write(`du-lieu-${badRoster}-da-sua.xlsx`, await rosterWorkbook(world.province, badRoster));
  const { isUncollected, hasRefused, leftOf } = stillOpen(town, standing);
  const late = story.late.filter((code) => isUncollected(code));
  const jobs = [
    entry(town.department('coordinator').code, 'coordinator (chuyên viên Sở)', 'watch the campaign, later end it', `/dot/${campaignId}`),
    ...(badRoster !== null && corrected !== null && isUncollected(badRoster, world.badWorkbook?.classNames) ? [entry(clerk(badRoster).code, 'clerk (văn thư)', 'an upload with seven bad cells waits for a corrected workbook', `/truong/${badRoster}/du-lieu`, { file: corrected })] : []),
    ...signingJobs(town, leftOf, entry),
    ...await softSealJob(town, leftOf, entry),
    ...late.map((code) => entry(town.officer(town.school(code).officeCode).code, 'office (cán bộ phòng)', `chase an overdue school: press "Gửi nhắc", and it wakes up`, `/dia-ban/${town.school(code).officeCode}`)),
    ...story.refusals.filter(({ way, schoolCode }) => way === 'resend' && hasRefused(schoolCode)).map(({ schoolCode }) => entry(clerk(schoolCode).code, 'clerk (văn thư)', 'the Kho refused a card because it was busy (LOI_HE_THONG): send it again (gửi lại)', `/truong/${schoolCode}/kho-tu-choi`)),
    entry(town.department('official').code, 'official (lãnh đạo)', 'download the progress report', '/bao-cao'),
    entry(ADMINISTRATOR, 'administrator (quản trị)', 'people of the Sở, its certificate', '/quan-tri/nguoi-dung'),
  ];
  // Whoever was not played so far accepts the invitation now, so that the password works.
  for (const code of new Set(late.map((school) => town.officer(town.school(school).officeCode).code))) await town.visitor(code).page('/viec-cua-toi', z.unknown());
  return jobs;
}

type Entry = (code: string, role: string, job: string, path: string, more?: { key?: { account: string; pin: string } | null; file?: string }) => WaitingJob;

function signingJobs(town: Town, leftOf: (job: SigningJob) => ClassName[], entry: Entry): WaitingJob[] {
  const classNames = (job: SigningJob): string => leftOf(job).map((one) => one.className).sort().join(', ');
  const jobs = leftOf('review').map(({ schoolCode, className }) => {
    const teacher = town.staff(town.school(schoolCode).classes.find((one) => one.name === className)!.homeroomTeacher);
    return entry(teacher.code, 'homeroom teacher (GVCN)', `review and sign class ${className}`, '/viec-cua-toi', { key: teacher.signing });
  });
  for (const { schoolCode } of leftOf('approve').slice(0, 1)) {
    const head = post(town, schoolCode, 'principal');
    jobs.push(entry(head.code, 'principal (hiệu trưởng)', `approve classes ${classNames('approve')} and confirm on the phone`, `/truong/${schoolCode}/ky-duyet`, { key: head.signing }));
  }
  for (const { schoolCode } of leftOf('seal').slice(0, 1)) {
    jobs.push(entry(post(town, schoolCode, 'clerk').code, 'clerk (văn thư)', `seal class ${classNames('seal')}`, `/truong/${schoolCode}/ky-so`, { key: town.school(schoolCode).seal }));
  }
  return jobs;
}

/** The school whose class waits for its seal may give the hub the seal's key instead: then sealing asks for no phone. */
async function softSealJob(town: Town, leftOf: (job: SigningJob) => ClassName[], entry: Entry): Promise<WaitingJob[]> {
  const { world } = town;
  return Promise.all(leftOf('seal').slice(0, 1).map(async ({ schoolCode }) => {
    const { seal } = town.school(schoolCode);
    const file = world.keepsakes.write(`con-dau-${schoolCode}.p12`, await persistently(() => fetchSoftSeal(seal, world.addresses.signing)));
    return entry(post(town, schoolCode, 'principal').code, 'principal (hiệu trưởng)', `if you like, give the hub the school's seal (the file's password is ${seal.pin}); then the clerk seals without a phone`, `/truong/${schoolCode}/chung-thu`, { file });
  }));
}

/** What the cockpit says of the jobs: somebody may have done some of them before this start. */
function stillOpen(town: Town, { schools }: Standing) {
  const school = (code: string) => schools.find(({ schoolCode }) => schoolCode === code);
  const classes = (code: string, names?: readonly string[]) => (school(code)?.classes ?? []).filter(({ className }) => names === undefined || names.includes(className));
  const signed = { review: 'reviewed', approve: 'signed', seal: 'sealed' } as const;
  return {
    isUncollected: (code: string, names?: readonly string[]): boolean => classes(code, names).some(({ counts }) => counts.collected === 0),
    hasRefused: (code: string): boolean => (school(code)?.counts.refused ?? 0) > 0,
    leftOf: (job: SigningJob): ClassName[] => town.world.story.left.filter((one) => one.job === job && classes(one.schoolCode, [one.className]).some(({ counts }) => counts[signed[job]] === 0)),
  };
}

function post(town: Town, schoolCode: string, kind: 'clerk' | 'principal'): Staff {
  const found = town.world.province.staff.find(({ roles }) => roles.some((role) => role.kind === kind && role.schoolCode === schoolCode));
  if (found === undefined) throw new RangeError(`school ${schoolCode} has no ${kind}`);
  return found;
}
