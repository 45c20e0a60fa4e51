import type { VNode } from 'preact';
import { Form, Select, SubmitButton } from '../../components/form.js';
import type { FormState } from '../../components/formState.js';
import { Note } from '../../components/notice.js';
import { Badge, Time, Trail } from '../../components/parts.js';
import { DataTable } from '../../components/table.js';
import { formatNumber, formatTime } from '../../format.js';

export type ShareLinkView = { key: string; madeBy: string; createdAt: Date; expiresAt: Date; endedAt: Date | null; expired: boolean; guessed: boolean; handedOut: number };
type Props = {
  cardId: string; fullName: string; form: FormState; links: readonly ShareLinkView[];
  /** Just made: shown once. */
  fresh: { link: string; expiresAt: Date } | null;
};

export const SHARE_DAYS = [7, 30] as const;

/** The school hands a card to the pupil's parents by a link that runs out. */
export function SharePage({ cardId, fullName, form, links, fresh }: Props): VNode {
  return (
    <>
      <Trail steps={[{ label: `Học bạ: ${fullName}`, href: `/hoc-ba/${cardId}` }]} />
      {fresh !== null && (
        <section class="card" aria-label="Liên kết vừa tạo">
          <p>Gửi liên kết sau cho phụ huynh của <strong>{fullName}</strong> bằng kênh riêng (không đăng lên nhóm lớp):</p>
          <p><code class="uuid">{fresh.link}</code></p>
          <Note kind="warn"><p>Liên kết chỉ hiện một lần ở đây, dùng được đến {formatTime(fresh.expiresAt)}. Phụ huynh nhập ngày sinh của học sinh để tải; mỗi lần tải đều được ghi lại.</p></Note>
        </section>
      )}
      <Form action={`/hoc-ba/${cardId}/gui-phu-huynh`} state={form} label="Tạo liên kết cho phụ huynh">
        <Select state={form} name="days" label="Thời hạn" required initial={String(SHARE_DAYS[0])} options={SHARE_DAYS.map((days) => ({ value: String(days), label: `${days} ngày` }))} />
        <SubmitButton label="Tạo liên kết" kind={fresh === null ? 'main' : 'plain'} />
      </Form>
      <DataTable caption="Các liên kết đã tạo" rows={links} empty="Chưa tạo liên kết nào cho học bạ này." columns={[
        { label: 'Tạo lúc', kind: 'head', cell: (one) => <Time at={one.createdAt} /> }, { label: 'Người tạo', cell: (one) => one.madeBy },
        { label: 'Hết hạn', cell: (one) => <Time at={one.expiresAt} /> }, { label: 'Số lần tải', kind: 'number', cell: (one) => formatNumber(one.handedOut) },
        { label: 'Tình trạng', cell: (one) => <LinkState cardId={cardId} form={form} link={one} /> },
      ]} />
    </>
  );
}

function LinkState({ cardId, form, link }: { cardId: string; form: FormState; link: ShareLinkView }): VNode {
  if (link.endedAt !== null) return <Badge>Đã chấm dứt</Badge>;
  if (link.expired) return <Badge>Đã hết hạn</Badge>;
  if (link.guessed) return <Badge kind="bad">Đã khóa vì nhập sai ngày sinh quá nhiều lần</Badge>;
  return (
    <form method="post" action={`/hoc-ba/${cardId}/gui-phu-huynh/cham-dut`}>
      <input type="hidden" name="csrf" value={form.csrf} />
      <input type="hidden" name="key" value={link.key} />
      <Badge kind="good">Đang dùng được</Badge> <button type="submit" class="button button-plain">Chấm dứt</button>
    </form>
  );
}
