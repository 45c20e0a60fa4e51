import type { VNode } from 'preact';
import type { ProgressCounts } from '../../../domain/rates.js';
import type { CampaignStateCode } from '../../campaignNames.js';
import { CheckBox, Form, SubmitButton, TextArea } from '../../components/form.js';
import type { FormState } from '../../components/formState.js';
import { Note } from '../../components/notice.js';
import { Tile, Tiles, Trail } from '../../components/parts.js';
import { formatNumber } from '../../format.js';
import { listHref, measureName } from '../../measures.js';

type EndFigures = Pick<ProgressCounts, 'expected' | 'accepted' | 'held' | 'exempt' | 'open'>;
type Campaign = { id: string; title: string; state: CampaignStateCode };
const trail = ({ id, title }: Campaign): VNode => <Trail steps={[{ label: 'Đợt phát hành', href: '/dot' }, { label: title, href: `/dot/${id}` }]} />;

export function EndPage({ campaign, counts, reconciliation, form }: { campaign: Campaign; counts: EndFigures; reconciliation: { differences: number } | null; form: FormState }): VNode {
  const blocked = blockedBy(campaign, counts);
  const unfinished = listHref(campaign.id, { measure: 'open' });
  return (
    <>
      {trail(campaign)}
      <p>Đợt kết thúc được khi mỗi học bạ phải có đã được Kho tiếp nhận, hoặc có lí do: chưa đủ điều kiện phát hành, được miễn, biến động.</p>
      <Tiles label="Tình trạng">
        <Tile label={measureName('expected')} count={counts.expected} href={listHref(campaign.id, { measure: 'expected' })} />
        <Tile label={measureName('accepted')} count={counts.accepted} href={listHref(campaign.id, { measure: 'accepted' })} />
        <Tile label={measureName('held')} count={counts.held} href={listHref(campaign.id, { measure: 'held' })} />
        <Tile label={measureName('exempt')} count={counts.exempt} href={listHref(campaign.id, { measure: 'exempt' })} />
        <Tile label={measureName('open')} count={counts.open} href={unfinished} kind={counts.open === 0 ? 'good' : 'bad'} />
      </Tiles>
      {reconciliation === null
        ? <Note kind="warn"><p>Chưa đối soát với Kho lần nào. Nên đối soát trước khi kết thúc.</p></Note>
        : reconciliation.differences > 0 && <Note kind="bad"><p>Lần đối soát gần nhất còn {formatNumber(reconciliation.differences)} chỗ lệch với Kho. <a href={`/dot/${campaign.id}/doi-soat`}>Xem từng chỗ, đến lượt ai</a></p></Note>}
      <Form action={`/dot/${campaign.id}/ket-thuc`} state={form} label="Kết thúc đợt">
        {blocked === null && <CheckBox state={form} name="confirmed" required label="Tôi hiểu: kết thúc rồi thì không mở lại được, không trường nào nộp, ký hay gửi thêm được trong đợt này." />}
        <SubmitButton label="Kết thúc đợt" id="ket-thuc" disabledBecause={blocked} />
      </Form>
      {counts.open > 0 && <p><a href={unfinished}>Mở danh sách chưa xong ({formatNumber(counts.open)} học bạ)</a></p>}
      {campaign.state === 'running' && <p><a href={`/dot/${campaign.id}/huy`}>Hủy đợt này</a></p>}
    </>
  );
}

function blockedBy(campaign: Campaign, counts: EndFigures): string | null {
  if (campaign.state !== 'running') return 'Đợt không còn chạy.';
  if (counts.open === 0) return null;
  return `Còn ${formatNumber(counts.open)} học bạ chưa xong. Các trường làm nốt, hoặc Sở ghi lí do miễn hay biến động cho từng học sinh.`;
}

export function CancelPage({ campaign, form }: { campaign: Campaign; form: FormState }): VNode {
  const over = campaign.state === 'ended' || campaign.state === 'cancelled';
  return (
    <>
      {trail(campaign)}
      <Note kind="warn"><p>Hủy đợt sẽ đóng mọi việc đang mở của các trường. Học bạ đã gửi Kho vẫn ở Kho; muốn rút phải làm thu hồi. Không khôi phục được đợt đã hủy.</p></Note>
      <div class="narrow">
        <Form action={`/dot/${campaign.id}/huy`} state={form} label="Hủy đợt">
          <TextArea state={form} name="reason" label="Lí do" required help="Lưu vào nhật ký và hiện ở trang của đợt." />
          <SubmitButton label="Hủy đợt" kind="danger" id="huy-dot" disabledBecause={over ? 'Đợt đã kết thúc hoặc đã hủy.' : null} />
        </Form>
      </div>
    </>
  );
}
