import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Bundle } from './bundle.js';

/** The page's parts in the order in which each needs the ones before; compiled, they are joined into one script. */
const PARTS = ['der', 'certificate', 'xml', 'card', 'vendor', 'timestamp', 'chain', 'check', 'view'] as const;
/** The verifier's own reader and canonicaliser, each in a scope of its own: their names are not the page's. */
const SHARED = ['text', 'plainReader', 'canonicalization'] as const;

let joined: string | null = null;

function scoped(part: string): string {
  const code = readFileSync(new URL(`../xml/${part}.js`, import.meta.url), 'utf8').replace(/^import .*;$/gm, '').replace(/^\/\/# sourceMappingURL=.*$/m, '');
  const names = [...code.matchAll(/^export (?:async function|function|const|class) (\w+)/gm)].map(([, name]) => name).join(', ');
  return `const { ${names} } = (() => {\n${code.replace(/^export (?=async function|function|const|class)/gm, '')}\nreturn { ${names} };\n})();`;
}

/** One script without imports, so that the file needs nothing beside itself. */
function script(): string {
  joined ??= `${SHARED.map(scoped).join('\n')}\n${PARTS.map((part) => readFileSync(new URL(`./page/${part}.js`, import.meta.url), 'utf8')
    .replace(/^import .*;$/gm, '').replace(/^export (?=async function|function|const|class)/gm, '').replace(/^\/\/# sourceMappingURL=.*$/m, '')).join('\n')}\nawait showBundle(document);\n`;
  return joined;
}

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:52rem;padding:1rem;color:#1a1a1a;background:#fff}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:1.6rem}table{border-collapse:collapse;width:100%}
th,td{border-bottom:1px solid #bbb;padding:.4rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}th{width:12rem}
.mark{width:6.5rem;font-weight:700;color:#0a6b2d}.false .mark,.false td{color:#a40000}.stated .mark{color:#1f3f7a}.absent .mark{color:#6a5200}
.verdict{font-size:1.3rem;font-weight:700;padding:.8rem 1rem;border:2px solid;border-radius:6px}.good{color:#0a6b2d}.bad{color:#a40000}.sandbox{background:#5b2a86;color:#fff;padding:.3rem .6rem;font-weight:700;text-align:center}
@media(max-width:40rem){th,td,.mark{display:block;width:auto;border:0;padding:.1rem .5rem}tr{display:block;border-bottom:1px solid #bbb;padding:.4rem 0}}`;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
/** JSON that cannot end its own element. */
const inScript = (value: unknown): string => JSON.stringify(value).replace(/</g, '\\u003c');

const BEGIN = '<script type="application/json" id="goi">';
const END = '</script>';

/** The bundle as one HTML file that verifies itself, offline, in any current browser; no other script and no address can run in it. */
export function writeBundle(bundle: Bundle, options: { sandbox: boolean }): Buffer {
  const code = script();
  const policy = `default-src 'none'; script-src ${hashOf(code)}; style-src ${hashOf(STYLE)}; base-uri 'none'; form-action 'none'`;
  return Buffer.from(`<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Học bạ số: gói tự kiểm tra</title><style>${STYLE}</style></head>
<body>${options.sandbox ? '<p class="sandbox">Dữ liệu mô phỏng</p>' : ''}<h1>Học bạ số: gói tự kiểm tra</h1>
<p id="ket-luan" class="verdict" role="status">Đang kiểm tra…</p>
<noscript><p>Trình duyệt đang tắt JavaScript nên tệp không tự kiểm tra được.</p></noscript>
<h2>Đã kiểm tra</h2><table><tbody id="kiem-tra"></tbody></table>
<h2>Học bạ</h2><table><tbody id="hoc-ba"></tbody></table>
<details><summary>Toàn bộ dữ liệu đã ký</summary><table><tbody id="du-lieu"></tbody></table></details>
<p>Tệp này tính lại dấu băm, chữ ký và cây băm ngay trên máy đang mở, không cần mạng. Nếu ngờ rằng chính tệp này bị làm giả, hãy tra cứu mã học bạ ở trang của Sở GD&amp;ĐT, hoặc kiểm tra bằng công cụ riêng.</p>
${BEGIN}${inScript(bundle)}${END}
<script type="module">${code}</script></body></html>
`, 'utf8');
}
