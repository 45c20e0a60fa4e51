import type { VNode } from 'preact';
import type { RefusedCard, RefusedSheet } from '../../../domain/sheets/refused.js';
import { Form, SubmitButton, TextArea } from '../../components/form.js';
import { valuesOf, type FormState } from '../../components/formState.js';
import { Note } from '../../components/notice.js';
import { OpenDecisionLine } from '../../components/openDecision.js';
import { Facts, Time, Trail } from '../../components/parts.js';
import { formatNumber } from '../../format.js';

export type RefusedProps = { sheet: RefusedSheet; form: FormState };

/** Cards the Kho refused: its own words, and the two ways on. One form: the button says which way. */
export function RefusedCardsPage({ sheet, form }: RefusedProps): VNode {
  const { school, cards, unknown } = sheet;
  const base = `/truong/${school.code}/kho-tu-choi`;
  return (
    <>
      <Trail steps={[{ label: 'Việc của tôi', href: '/viec-cua-toi' }, { label: school.name, href: base }]} />
      <OpenDecisionLine decision={sheet.decision} />
      {unknown > 0 && <Note><p>{formatNumber(unknown)} học bạ chưa rõ kết quả: hệ thống đang hỏi lại Kho, không cần làm gì.</p></Note>}
      {cards.length === 0 ? <p class="empty">Không có học bạ nào của trường bị Kho từ chối.</p> : (
        <Form action={base} state={form} label="Học bạ bị Kho từ chối">
          <p>{cards.length === 1 ? 'Chọn một trong hai cách xử lý ở cuối trang.' : 'Chọn học bạ rồi chọn một trong hai cách xử lý ở cuối trang.'}</p>
          <ul class="choices">{cards.map((card) => <RefusedItem key={card.cardId} card={card} checked={cards.length === 1 || valuesOf(form, 'card').includes(card.cardId)} />)}</ul>
          <section aria-label="Cách xử lý" class="ways">
            <div class="way">
              <h2>Dữ liệu đúng, lỗi ở phía Kho</h2>
              <p>Gửi lại đúng học bạ đã ký, không thay đổi gì. Dùng khi Kho báo lỗi hệ thống hoặc đã sửa danh mục.</p>
              <SubmitButton label="Gửi lại Kho" kind="main" id="nut-gui-lai" name="way" value="resend" />
            </div>
            <div class="way">
              <h2>Dữ liệu sai</h2>
              <p>Lập bản mới với mã tra cứu mới. Bản cũ được thay; học bạ đi lại từ bước nộp dữ liệu, GVCN rà soát, ký duyệt, ký số phát hành.</p>
              <TextArea state={form} name="reason" label="Lí do lập lại" optional="cần khi lập lại, không cần khi gửi lại" help="Ghi dữ liệu nào sai. Lí do được lưu cùng học bạ." />
              <SubmitButton label="Lập lại học bạ" kind="plain" id="nut-lap-lai" name="way" value="reissue" />
            </div>
          </section>
        </Form>
      )}
    </>
  );
}

/** The Kho leaves a field empty that it has nothing to say in. */
const orNothing = (said: string | null): string => (said === null || said === '' ? 'không ghi' : said);

function RefusedItem({ card, checked }: { card: RefusedCard; checked: boolean }): VNode {
  return (
    <li class="choice">
      <label class="choice-head">
        <input type="checkbox" name="card" value={card.cardId} checked={checked} />
        <span><strong>{card.fullName}</strong> <span class="quiet">lớp {card.className} · mã {card.pupilCode} · bản {card.version}</span></span>
      </label>
      <Facts facts={[
        ['Mã lỗi của Kho', orNothing(card.error)], ['Trường thông tin', orNothing(card.field)],
        ['Kho giải thích', orNothing(card.description)], ['Lúc', <Time at={card.refusedAt} />],
      ]} />
      <p><a href={`/hoc-ba/${card.cardId}/xem`} target="_blank" rel="noopener">Xem học bạ<span class="sr-only"> của {card.fullName} (mở thẻ mới)</span></a></p>
    </li>
  );
}
