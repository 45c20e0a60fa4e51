import { row } from '../../../db/connect.js';
import type { School } from '../../../sandbox/province/province.js';
import type { Scene } from './scene.js';

/** Pages that one kind of user comes to, as `path`s of the hub. */
export type Round = { who: string | null; paths: string[] };

const idOf = async ({ stage }: Scene, sql: string, bindings: Record<string, unknown>): Promise<string> => {
  const found = await row<{ id: string }>(stage.db, sql, { campaignId: stage.campaignId, ...bindings });
  if (found === undefined) throw new Error(`the province has no such thing: ${sql}`);
  return found.id;
};
const classId = (scene: Scene, school: School, index: number): Promise<string> => idOf(scene, 'SELECT id FROM class WHERE campaign_id = :campaignId AND school_code = :code AND name = :name', { code: school.code, name: school.classes[index]!.name });

/** Every page of the hub by who may open it; schools are the busy one, one that is done, one that is late. */
export async function wholeTour(scene: Scene, { busy, done, late }: { busy: School; done: School; late: School }): Promise<Round[]> {
  const dot = `/dot/${scene.stage.campaignId}`;
  const accepted = await idOf(scene, `SELECT id FROM report_card WHERE campaign_id = :campaignId AND school_code = :code AND state = 'accepted' LIMIT 1`, { code: done.code });
  const upload = await idOf(scene, `SELECT id FROM upload WHERE campaign_id = :campaignId AND school_code = :code LIMIT 1`, { code: busy.code });
  const [units, expected] = [await idOf(scene, `SELECT id FROM upload WHERE kind = 'units' LIMIT 1`, {}), await idOf(scene, `SELECT id FROM upload WHERE kind = 'expected' LIMIT 1`, {})];
  const batch = await idOf(scene, `SELECT id FROM signature_batch WHERE campaign_id = :campaignId AND school_code = :code LIMIT 1`, { code: busy.code });
  const [first, doneFirst] = [await classId(scene, busy, 0), await classId(scene, done, 0)];
  const teacher = await idOf(scene, 'SELECT homeroom_person_id AS id FROM class WHERE id = :first', { first });
  return [
    { who: null, paths: ['/dang-nhap', `/dat-mat-khau/${'x'.repeat(43)}`, '/khong-co-trang-nay'] },
    { who: 'SO-CV01', paths: [
      '/dot', '/dot/moi', dot, `${dot}?xa=${busy.officeCode}`, `${dot}/danh-sach?muc=unexplained`, `${dot}/danh-sach?muc=held`, `${dot}/qua-han`, `${dot}/truong/${done.code}`, `${dot}/truong/${late.code}`, `${dot}/lop/${doneFirst}`, `${dot}/tim`,
      `${dot}/ket-thuc`, `${dot}/huy`, `${dot}/tong-ket`, '/don-vi', `/don-vi/truong/${busy.code}`, `/tep/${units}`, `/tep/${expected}`, `/hoc-ba/${accepted}`, `/hoc-ba/${accepted}/xem`, '/bao-cao', '/bao-cao/xuat-excel', '/dia-ban', `/truong/${busy.code}/giao-ky`, `/truong/${busy.code}/chung-thu`, `/truong/${busy.code}/chu-nhiem`, `/nhan-su/${teacher}`, '/viec-cua-toi',
    ] },
    { who: 'P03-CV01', paths: [`/dia-ban/${late.officeCode}`, `/bao-cao?dot=${scene.stage.campaignId}&dia-ban=${late.officeCode}`] },
    { who: 'SO-LD01', paths: ['/bao-cao', `${dot}/tong-ket`] },
    { who: 'T01-HT', paths: ['/viec-cua-toi', `/truong/${busy.code}/ky-duyet`, `/truong/${busy.code}/ky-duyet/lop/${first}`, `/truong/${busy.code}/chung-thu`, `/truong/${busy.code}/giao-ky`, `/truong/${busy.code}/chu-nhiem`, `/lan-ky/${batch}`] },
    { who: 'T01-VT', paths: ['/viec-cua-toi', `/truong/${busy.code}/du-lieu`, `/truong/${busy.code}/du-lieu/${upload}`, `/truong/${busy.code}/ky-so`, `/truong/${busy.code}/kho-tu-choi`] },
    { who: 'T01-GV01', paths: ['/viec-cua-toi', `/lop/${first}/ra-soat`] },
  ];
}
