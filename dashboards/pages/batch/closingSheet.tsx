import type { VNode } from 'preact';
import { SIGNED_WORDS } from '../../signedWords.js';
import { PHASE_OF } from '../../../domain/signingProgress.js';
import { Facts, LinkButton, Time } from '../../components/parts.js';
import { AuthorityLine, SigningPanel, type SigningPanelProps } from '../../components/signing.js';
import { formatNumber } from '../../format.js';

/** One signing from its beginning to its closing sheet, which is what the signer keeps or prints. */
export function SigningPage({ schoolName, back, ...panel }: SigningPanelProps & { schoolName: string; back: string }): VNode {
  const { batch } = panel;
  const phase = PHASE_OF[batch.state];
  if (phase !== 'done') return <><SigningPanel {...panel} /><LinkButton href={back} label="Về danh sách" kind="plain" /></>;
  return (
    <>
      <section class="closing" aria-label="Phiếu kết quả">
        <p class="closing-count">{SIGNED_WORDS[batch.role]} <strong>{formatNumber(batch.attached)}</strong> học bạ của <strong>{formatNumber(batch.classNames.length)}</strong> lớp</p>
        <Facts facts={[
          ['Trường', schoolName], ['Lớp', batch.classNames.join(', ')], ['Người ký', batch.personName],
          ['Thẩm quyền', batch.authority === null ? (batch.role === 'seal' ? 'Chứng thư số của trường' : 'GVCN của lớp') : <AuthorityLine authority={batch.authority} />],
          ['Gửi ký lúc', <Time at={batch.createdAt} />], ['Hoàn tất lúc', batch.attachedAt === null ? '–' : <Time at={batch.attachedAt} />],
          ...(batch.dropped > 0 ? [['Bỏ khỏi lần ký', `${formatNumber(batch.dropped)} học bạ thay đổi trong lúc chờ, vẫn nằm trong danh sách chờ ký`] as const] : []),
          ['Mã lần ký', <code class="uuid">{batch.id}</code>],
        ]} />
      </section>
      <LinkButton href={back} label="Về danh sách" kind="plain" />
    </>
  );
}
