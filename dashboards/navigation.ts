import type { Role } from '../domain/roles.js';

/** Places of the menu, each for the roles that have something there. */
const PLACES: readonly { href: string; label: string; roles: readonly Role[] | 'everybody' }[] = [
  { href: '/viec-cua-toi', label: 'Việc của tôi', roles: 'everybody' },
  { href: '/dot', label: 'Đợt phát hành', roles: ['coordinator'] },
  { href: '/don-vi', label: 'Đơn vị và nhân sự', roles: ['coordinator'] },
  { href: '/dia-ban', label: 'Đôn đốc địa bàn', roles: ['office'] },
  { href: '/bao-cao', label: 'Báo cáo', roles: ['coordinator', 'official', 'office'] },
  { href: '/quan-tri/nguoi-dung', label: 'Người dùng cấp Sở', roles: ['administrator'] },
  { href: '/quan-tri/chung-thu', label: 'Chứng thư số của Sở', roles: ['administrator'] },
];

export type Place = { href: string; label: string; current: boolean };

/** The menu of somebody with these roles. */
export const menuOf = (roles: readonly Role[], path: string): Place[] => PLACES
  .filter((place) => place.roles === 'everybody' || place.roles.some((role) => roles.includes(role)))
  .map(({ href, label }) => ({ href, label, current: path === href || path.startsWith(`${href}/`) }));
