/** A mail as data: HTML and text are two renderings of the same words. */
export type MailContent = {
  subject: string;
  /** Who is greeted after "Kính gửi". */
  addressee: string;
  /** What to do or what happened, in one or two sentences. */
  lead: readonly string[];
  facts: readonly { label: string; value: string }[];
  table?: { heads: readonly string[]; rows: readonly (readonly string[])[]; more: string | null };
  action: { label: string; note: string };
  why: string;
  authority: string | null;
  notYou: string;
  senderName: string;
};
