import type { DrawnOffice } from './drawnPlan.js';

const FIRST = ['Gương', 'Mây', 'Sương', 'Trăng', 'Nắng', 'Sậy', 'Sen', 'Đò', 'Chim', 'Lúa', 'Bông', 'Rạng'] as const;
const SECOND = ['Biếc', 'Xanh', 'Vàng', 'Thơm', 'Lành', 'Êm', 'Xa', 'Mới', 'Ngọt', 'Sáng', 'Vui'] as const;
const DISTRICTS = ['Quận Cầu Mây', 'Quận Bến Hoa', 'Quận Sông Trăng', 'Quận Chợ Đò', 'Quận Gành Sậy', 'Huyện Đồng Sen', 'Huyện Kênh Nắng', 'Huyện Cồn Chim', 'Huyện Rạch Lúa'] as const;

export type Commune = { name: string; districtName: string | null; laterName: string; office: number };
export type Areas = { offices: readonly DrawnOffice[]; communes: readonly Commune[] };

const bareName = (index: number): string => `${FIRST[index % FIRST.length]} ${SECOND[Math.floor(index / FIRST.length) % SECOND.length]}`;

/**
 * Nine districts with their Phòng GD&ĐT as they were until 30/6/2025, and 80-odd communes; two or three neighbours of a district became
 * one commune on 1/7/2025. All names are invented.
 */
export function areasWithDistricts(communes: number): Areas {
  return {
    offices: DISTRICTS.map((areaName) => ({ kind: 'district', name: `Phòng Giáo dục và Đào tạo ${areaName}`, areaName })),
    communes: Array.from({ length: communes }, (_, index): Commune => {
      const office = Math.floor((index * DISTRICTS.length) / communes);
      const districtName = DISTRICTS[office] as string;
      const word = districtName.startsWith('Quận') ? 'Phường' : 'Xã';
      const first = Math.ceil((office * communes) / DISTRICTS.length);
      // The merged commune bears the name of its first part.
      const kept = first + Math.floor((index - first) / 2.5) * 2.5;
      return { name: `${word} ${bareName(index)}`, districtName, laterName: `${word} ${bareName(Math.ceil(kept))}`, office };
    }),
  };
}

/** A province of today: communes with an office of their own, no districts. */
export function areasOfCommunes(communes: number): Areas {
  const names = Array.from({ length: communes }, (_, index) => `${index % 4 === 0 ? 'Phường' : 'Xã'} ${bareName(index)}`);
  return {
    offices: names.map((name) => ({ kind: 'commune', name: `Phòng Văn hóa – Xã hội ${name}`, areaName: name })),
    communes: names.map((name, office) => ({ name, districtName: null, laterName: name, office })),
  };
}
