import { z } from 'zod';
import type { Role } from '../../../domain/roles.js';
import { officesOf } from '../../../db/views/office.js';
import { schoolsOfCampaign } from '../../../db/views/reports.js';
import { scopeOf } from '../../auth/scope.js';
import type { Visit } from '../../route.js';

/** Who may ask for workbooks: the Sở of everything, an office of its areas, a school's people of their school. */
export const EXPORTERS = ['coordinator', 'official', 'office', 'principal', 'deputy', 'clerk'] as const satisfies readonly Role[];
/** Of these, who sees pupils on pages too; the others get lists without names and numbers. */
const NAME_READERS = ['coordinator', 'principal', 'deputy', 'clerk'] as const satisfies readonly Role[];

/** The whole province, an area, or a school, as a form carries it. */
export const unitField = z.string().regex(/^(?:tinh|xa:.{1,60}|truong:.{1,60})$/, 'Chọn phạm vi của báo cáo.');
export type Unit = { officeCode: string | null; schoolCode: string | null };
export const unitOf = (field: string): Unit => ({ officeCode: field.startsWith('xa:') ? field.slice(3) : null, schoolCode: field.startsWith('truong:') ? field.slice(7) : null });

/** What somebody may ask for of a campaign, widest first. */
export async function exportUnits({ services, me }: Visit, campaignId: string): Promise<{ value: string; label: string }[]> {
  const { province, officeCodes, schoolCodes } = scopeOf(me.grants, EXPORTERS);
  const offices = await officesOf(services.db, { all: province, officeCodes });
  const schools = await schoolsOfCampaign(services.db, { campaignId, schoolCodes });
  return [
    ...(province ? [{ value: 'tinh', label: 'Toàn tỉnh' }] : []), ...offices.map(({ code, name }) => ({ value: `xa:${code}`, label: name })), ...schools.map(({ code, name }) => ({ value: `truong:${code}`, label: name })),
  ];
}

/** Whether somebody's roles reach a unit now; asked again at each download, since roles end. `names`: whether its pupils' names too. */
export async function reach({ services, me }: Visit, campaignId: string, unit: Unit): Promise<{ within: boolean; names: boolean }> {
  const school = unit.schoolCode === null ? null : (await schoolsOfCampaign(services.db, { campaignId, schoolCodes: [unit.schoolCode] }))[0];
  const known = unit.officeCode === null || (await officesOf(services.db, { all: false, officeCodes: [unit.officeCode] })).length === 1;
  if (school === undefined || !known) return { within: false, names: false };
  const reaches = (roles: readonly Role[]): boolean => {
    const { province, officeCodes, schoolCodes } = scopeOf(me.grants, roles);
    const office = school?.officeCode ?? unit.officeCode;
    return province || (office !== null && officeCodes.includes(office)) || (school !== null && schoolCodes.includes(school.code));
  };
  return { within: reaches(EXPORTERS), names: reaches(NAME_READERS) };
}
