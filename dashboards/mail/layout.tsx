import type { MailContent } from './content.js';

/** Shown in every mail of the sandbox, so that nobody takes it for a true one. */
export const SANDBOX_LINE = 'Dữ liệu mô phỏng: thư này do bản chạy thử của hệ thống gửi.';
export const NEVER_ASKED = 'Hệ thống không bao giờ hỏi mật khẩu hay mã PIN chữ ký số qua thư hoặc điện thoại.';

const TEXT = 'font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.5;color:#1a1a1a';
const SMALL = 'font-size:14px;line-height:1.5;color:#444444;margin:0 0 10px';
const CELL = 'padding:6px 12px 6px 0;border-bottom:1px solid #dddddd;text-align:left;vertical-align:top;font-size:15px';

/** The HTML part: inline styles and tables, which is what mail programs understand; no picture, nothing fetched. */
export function MailDocument({ content, href, sandbox }: { content: MailContent; href: string; sandbox: boolean }) {
  return (
    <html lang="vi">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{content.subject}</title>
      </head>
      <body style="margin:0;padding:0;background:#f4f4f4">
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f4f4f4">
          <tr>
            <td align="center" style="padding:16px 8px">
              <table role="presentation" width="100%" cellpadding="0" cellspacing="0" style={`max-width:600px;background:#ffffff;${TEXT}`}>
                {sandbox && <tr><td style="padding:8px 20px;background:#fff3cd;color:#5c4400;font-size:14px">{SANDBOX_LINE}</td></tr>}
                <tr>
                  <td style="padding:20px">
                    <p style="margin:0 0 14px">Kính gửi {content.addressee},</p>
                    {content.lead.map((sentence) => <p style="margin:0 0 14px">{sentence}</p>)}
                    <Facts facts={content.facts} />
                    {content.table !== undefined && <Rows table={content.table} />}
                    <p style="margin:20px 0 8px">
                      <a href={href} style="display:inline-block;padding:12px 22px;background:#0b5394;color:#ffffff;font-weight:bold;text-decoration:none;border-radius:4px">{content.action.label}</a>
                    </p>
                    <p style={SMALL}>{content.action.note}</p>
                    <p style={SMALL}>Nếu nút không bấm được, chép địa chỉ này vào trình duyệt: <span style="word-break:break-all">{href}</span></p>
                    <hr style="border:0;border-top:1px solid #dddddd;margin:16px 0" />
                    <p style={SMALL}>{content.why}</p>
                    {content.authority !== null && <p style={SMALL}>{content.authority}</p>}
                    <p style={SMALL}>{content.notYou}</p>
                    <p style={SMALL}>{NEVER_ASKED}</p>
                    <p style="margin:14px 0 0">Trân trọng,<br />{content.senderName}</p>
                  </td>
                </tr>
              </table>
            </td>
          </tr>
        </table>
      </body>
    </html>
  );
}

const Facts = ({ facts }: Pick<MailContent, 'facts'>) => (
  <table cellpadding="0" cellspacing="0" style="border-collapse:collapse;width:100%">
    {facts.map(({ label, value }) => (
      <tr>
        <th scope="row" style={`${CELL};font-weight:normal;color:#444444;width:34%`}>{label}</th>
        <td style={`${CELL};font-weight:bold`}>{value}</td>
      </tr>
    ))}
  </table>
);

const Rows = ({ table }: { table: NonNullable<MailContent['table']> }) => (
  <>
    <table cellpadding="0" cellspacing="0" style="border-collapse:collapse;width:100%;margin-top:14px">
      <tr>{table.heads.map((head) => <th scope="col" style={`${CELL};font-size:13px`}>{head}</th>)}</tr>
      {table.rows.map((row) => <tr>{row.map((cell) => <td style={`${CELL};font-size:13px`}>{cell}</td>)}</tr>)}
    </table>
    {table.more !== null && <p style={SMALL}>{table.more}</p>}
  </>
);
