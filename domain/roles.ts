/** Roles of people; one person may hold several in a tiny school (design §1). */
export const ROLES = ['administrator', 'coordinator', 'office', 'principal', 'deputy', 'homeroom', 'clerk', 'official'] as const;
export type Role = (typeof ROLES)[number];

export const ROLE_NAMES = {
  administrator: 'Quản trị hệ thống',
  coordinator: 'Chuyên viên Sở',
  office: 'Cán bộ Phòng/xã',
  principal: 'Hiệu trưởng',
  deputy: 'Phó hiệu trưởng',
  homeroom: 'GVCN',
  clerk: 'Văn thư',
  official: 'Lãnh đạo',
} as const satisfies Record<Role, string>;

/** Where a role holds: the whole province, one office's area, one school. */
export const ROLE_SCOPE = {
  administrator: 'province', coordinator: 'province', official: 'province', office: 'office',
  principal: 'school', deputy: 'school', homeroom: 'school', clerk: 'school',
} as const satisfies Record<Role, 'province' | 'office' | 'school'>;

export type RoleGrant = { role: Role; officeCode: string | null; schoolCode: string | null };

/**
 * Whose roles somebody may give, end or shut out: an administrator everybody's, a coordinator those of offices and schools. Nobody of the
 * Sở puts out a colleague.
 */
export const mayManage = (actor: readonly Role[], role: Role): boolean =>
  actor.includes('administrator') || (actor.includes('coordinator') && ROLE_SCOPE[role] !== 'province');
