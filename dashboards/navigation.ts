import type { Role, RoleGrant } from '../domain/roles.js';

/** Places of the menu, each for the roles that have something there. */
const PLACES: readonly { href: string; label: string; roles: readonly Role[] | 'everybody' }[] = [
  { href: '/viec-cua-toi', label: 'Việc của tôi', roles: 'everybody' },
  { href: '/dot', label: 'Đợt phát hành', roles: ['coordinator'] },
  { href: '/don-vi', label: 'Đơn vị và nhân sự', roles: ['coordinator'] },
  { href: '/dia-ban', label: 'Đôn đốc địa bàn', roles: ['office'] },
  { href: '/bao-cao', label: 'Báo cáo', roles: ['coordinator', 'official', 'office'] },
  { href: '/bao-cao/xuat-excel', label: 'Xuất Excel', roles: ['principal', 'deputy', 'clerk'] },
  { href: '/quan-tri/nguoi-dung', label: 'Người dùng cấp Sở', roles: ['administrator'] },
  { href: '/quan-tri/chung-thu', label: 'Chứng thư số của Sở', roles: ['administrator'] },
  { href: '/quan-tri/tin-cay', label: 'Nguồn tin cậy', roles: ['administrator'] },
];

/** Places inside a school, so that its people reach them without an open task too; in the order of the work. */
const SCHOOL_PLACES: readonly { part: string; label: string; roles: readonly Role[] }[] = [
  { part: 'du-lieu', label: 'Dữ liệu lớp', roles: ['clerk'] },
  { part: 'ky-duyet', label: 'Ký duyệt', roles: ['principal', 'deputy'] },
  { part: 'ky-so', label: 'Ký số phát hành', roles: ['clerk'] },
  { part: 'chung-thu', label: 'Chứng thư số của trường', roles: ['principal', 'deputy'] },
  { part: 'hoc-ba', label: 'Học bạ của trường', roles: ['clerk', 'principal', 'deputy'] },
  { part: 'kho-tu-choi', label: 'Kho từ chối', roles: ['clerk'] },
  { part: 'giao-ky', label: 'Giao ký thay', roles: ['principal'] },
  { part: 'chu-nhiem', label: 'Phân công GVCN', roles: ['principal'] },
];

export type Place = { href: string; label: string; current: boolean };

/** The menu of somebody with these grants. Somebody at several schools gets there by the tasks, whose pages name the school. */
export function menuOf(grants: readonly RoleGrant[], path: string): Place[] {
  const holds = (roles: readonly Role[]): boolean => grants.some((grant) => roles.includes(grant.role));
  const schools = [...new Set(grants.flatMap((grant) => (grant.schoolCode === null ? [] : [grant.schoolCode])))];
  const [school] = schools;
  const inSchool = school === undefined || schools.length > 1 ? [] : SCHOOL_PLACES.filter((place) => holds(place.roles)).map(({ part, label }) => ({ href: `/truong/${school}/${part}`, label }));
  return [...PLACES.filter((place) => place.roles === 'everybody' || holds(place.roles)), ...inSchool]
    .map(({ href, label }) => ({ href, label, current: path === href || path.startsWith(`${href}/`) }));
}
