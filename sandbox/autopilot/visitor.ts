import { z } from 'zod';
import { ask, DemoFault, eventually, type Answered } from './patience.js';

export type Login = { userName: string; password: string };
/** Where a person's one-time link to choose a password comes from: a mail, or for the first administrator the command. */
export type Invitation = () => Promise<string | null>;

const told = z.object({ outcome: z.enum(['done', 'recorded', 'refused', 'failed']), code: z.string().optional(), sentence: z.string().optional(), fields: z.record(z.string(), z.string()).optional(), next: z.string().optional() });
export type Told = z.infer<typeof told>;

/** One person at a browser: signs in with the own account, or accepts the invitation first; afterwards reads pages and sends forms. */
export class Visitor {
  #cookie: string | null = null;
  #csrf = '';
  #entering: Promise<void> | null = null;

  /** @param accepted whether the password was set in an earlier run; `onAccepted` is told when it is set now */
  constructor(
    private readonly hubUrl: string, readonly login: Login, private readonly invitation: Invitation,
    private accepted: boolean, private readonly onAccepted: () => void,
  ) {}

  /** A page's model. @throws DemoFault on anything but 200 */
  async page<S extends z.ZodType>(path: string, schema: S): Promise<z.infer<S>> {
    const answer = await this.#signedIn(path, { headers: { accept: 'application/json' } });
    if (answer.status !== 200) throw new DemoFault(`${this.login.userName} opened ${path}: HTTP ${answer.status} ${answer.bytes.toString('utf8').slice(0, 300)}`);
    return schema.parse(JSON.parse(answer.bytes.toString('utf8'))) as z.infer<S>;
  }

  /** Like `page`, but null when the hub says that there is no such thing. */
  async find<S extends z.ZodType>(path: string, schema: S): Promise<z.infer<S> | null> {
    const answer = await this.#signedIn(path, { headers: { accept: 'application/json' } });
    return answer.status === 404 ? null : schema.parse(JSON.parse(answer.bytes.toString('utf8'))) as z.infer<S>;
  }

  async file(path: string): Promise<Buffer> {
    const answer = await this.#signedIn(path, {});
    if (answer.status !== 200) throw new DemoFault(`${this.login.userName} downloaded ${path}: HTTP ${answer.status}`);
    return answer.bytes;
  }

  /** Sends a form as a program does. */
  async tell(path: string, form: Record<string, unknown>): Promise<Told> {
    return this.#told(await this.#signedIn(path, () => ({
      method: 'POST', headers: { 'accept': 'application/json', 'content-type': 'application/json', 'x-csrf-token': this.#csrf }, body: JSON.stringify(form),
    })));
  }

  /** Sends a form with files, as a browser does. */
  async hand(path: string, fields: Record<string, string>, files: Record<string, { name: string; bytes: Buffer }>): Promise<Told> {
    return this.#told(await this.#signedIn(path, () => {
      const body = new FormData();
      for (const [name, value] of Object.entries({ ...fields, csrf: this.#csrf })) body.append(name, value);
      for (const [name, file] of Object.entries(files)) body.append(name, new Blob([new Uint8Array(file.bytes)]), file.name);
      return { method: 'POST', headers: { accept: 'application/json' }, body };
    }));
  }

  /** What became of an earlier decision of this person; null when there is none with this id. */
  decision(id: string): Promise<Told | null> {
    return this.find(`/quyet-dinh/${id}`, told);
  }

  #told(answer: Answered): Told {
    return told.parse(JSON.parse(answer.bytes.toString('utf8')));
  }

  async #signedIn(path: string, request: RequestInit | (() => RequestInit)): Promise<Answered> {
    for (let attempts = 1; ; attempts += 1) {
      await (this.#cookie === null ? this.#enter() : undefined);
      const init = typeof request === 'function' ? request() : request;
      const answer = await ask(this.hubUrl + path, { ...init, headers: { ...init.headers as Record<string, string>, cookie: this.#cookie ?? '' } });
      if (answer.status !== 401 || attempts === 3) return answer;
      this.#cookie = null;
    }
  }

  #enter(): Promise<void> {
    this.#entering ??= this.#signInOrAccept().finally(() => { this.#entering = null; });
    return this.#entering;
  }

  async #signInOrAccept(): Promise<void> {
    if (this.accepted && await this.#post('/dang-nhap', this.login)) return;
    // A link may have been used in a run that was killed before it could note so: then the password is set already.
    let looks = 0;
    await eventually(`an invitation for ${this.login.userName}`, async () => {
      const token = await this.invitation();
      if (token !== null && await this.#post(`/dat-mat-khau/${token}`, { ...this.login, repeated: this.login.password })) return true;
      // Each try costs the hub a hashed password, so not at every look while the invitation is on its way.
      looks += 1;
      return (token !== null || looks % 10 === 1) && await this.#post('/dang-nhap', this.login) ? true : null;
    }, { everyMs: 1_000 });
    this.accepted = true;
    this.onAccepted();
  }

  async #post(path: string, body: object): Promise<boolean> {
    const answer = await ask(this.hubUrl + path, { method: 'POST', headers: { 'accept': 'application/json', 'content-type': 'application/json' }, body: JSON.stringify(body) });
    if (answer.status !== 200) return false;
    this.#csrf = z.object({ csrf: z.string() }).parse(JSON.parse(answer.bytes.toString('utf8'))).csrf;
    this.#cookie = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0]).find((cookie) => cookie?.startsWith('hub_session=')) ?? null;
    return this.#cookie !== null;
  }
}
