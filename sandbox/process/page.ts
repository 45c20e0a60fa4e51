/** Text into HTML; everything a page shows that is not markup of its own goes through it. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const STYLE = `
*{box-sizing:border-box}body{font:16px/1.5 system-ui,sans-serif;margin:0;overflow-wrap:anywhere;color:#1b1b1b;background:#f6f6f3}
.mark{background:#8a1c1c;color:#fff;padding:.4rem 1rem;font-weight:600}main{max-width:60rem;margin:0 auto;padding:1rem}
h1{font-size:1.3rem;margin:.2rem 0 1rem}article,table{background:#fff;border:1px solid #c9c9c2;border-radius:6px}
article{padding:1rem;margin:0 0 1rem}table{width:100%;border-collapse:collapse}td,th{padding:.4rem .5rem;text-align:left;border-top:1px solid #e3e3dd;overflow-wrap:anywhere}
.wide{overflow-x:auto}label{display:block;margin:.6rem 0 .2rem}input,select{font:inherit;padding:.5rem;width:100%;max-width:16rem;border:1px solid #777;border-radius:4px}
button{font:inherit;padding:.6rem 1rem;border:1px solid #14406b;border-radius:4px;background:#14406b;color:#fff;min-height:44px;margin-top:.6rem}
button.quiet{background:#fff;color:#14406b}[role=alert]{border-left:4px solid #8a1c1c;padding:.6rem 1rem;background:#fff}
[role=status]{border-left:4px solid #1c6b3a;padding:.6rem 1rem;background:#fff}iframe{width:100%;height:28rem;border:1px solid #c9c9c2;background:#fff}
pre{white-space:pre-wrap;overflow-wrap:anywhere}a{color:#14406b}`.replaceAll('\n', '');

/** One whole page of a stand-in: always marked as simulated, readable at 360 px, without script. */
export const page = (title: string, body: string): string => `<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)} – Dữ liệu mô phỏng</title><style>${STYLE}</style></head>
<body><div class="mark">Dữ liệu mô phỏng</div><main><h1>${escapeHtml(title)}</h1>
${body}
</main></body></html>
`;

const LOCAL_TIME = new Intl.DateTimeFormat('vi-VN', {
  timeZone: 'Asia/Ho_Chi_Minh', day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
});

/** `25/05/2026 08:15:00`, local time of Việt Nam. */
export function localTime(instant: string): string {
  const parts = Object.fromEntries(LOCAL_TIME.formatToParts(new Date(instant)).map((part) => [part.type, part.value]));
  return `${parts['day']}/${parts['month']}/${parts['year']} ${parts['hour']}:${parts['minute']}:${parts['second']}`;
}

export const thousands = (count: number): string => new Intl.NumberFormat('vi-VN').format(count);
