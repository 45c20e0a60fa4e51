/** What a vendor's software, or we, may have put around a card without saying anything: a mark, a declaration, the root that declares its namespaces. */
const AROUND = /^(?:\xef\xbb\xbf)?(?:<\?xml version="1\.0"(?: encoding="utf-8")?\s*\?>\s*)?(?:<DANH_SACH_HOC_BA id="dataDanhSach"(?: xmlns:[^\s"'<>=:/]+="[^"<]*")*>)?(<HOC_BA[\s>].*<\/HOC_BA>)(?:<\/DANH_SACH_HOC_BA>)?\s*$/is;

/** The bytes of the one card in a file, as a verifier would cut them out and store them; null when anything else stands beside it. */
export function cutCard(file: Buffer): Buffer | null {
  const card = AROUND.exec(file.toString('latin1'))?.[1];
  return card === undefined ? null : Buffer.from(card, 'latin1');
}
