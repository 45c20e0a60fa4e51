/** Web addresses of a mail in the order they stand, each once: those of the HTML part's `href`s, then the text's. */
export function linksIn(text: string, html: string | null): string[] {
  const inHtml = [...(html ?? '').matchAll(/\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')/gi)].map(([, double, single]) => decodeEntities(double ?? single ?? ''));
  // A sentence's full stop or bracket after an address does not belong to it.
  const inText = [...text.matchAll(/https?:\/\/[^\s<>"']+/g)].map(([address]) => address.replace(/[.,;:!?)\]]+$/, ''));
  return [...new Set([...inHtml, ...inText])].filter((address) => /^https?:\/\//.test(address));
}

const decodeEntities = (attribute: string): string =>
  attribute.replace(/&(?:amp|quot|#(\d+)|#x([0-9a-f]+));/gi, (whole, decimal?: string, hex?: string) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return whole.toLowerCase() === '&amp;' ? '&' : '"';
  });
