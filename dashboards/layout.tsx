import type { ComponentChildren, VNode } from 'preact';
import type { RoleGrant } from '../domain/roles.js';
import { ROLE_NAMES } from '../domain/roles.js';
import { DecisionNotice, type Notice } from './components/notice.js';
import { menuOf } from './navigation.js';

export type LayoutProps = {
  title: string;
  sandbox: boolean;
  assets: { css: string; script: string };
  path: string;
  me: { fullName: string; grants: readonly RoleGrant[]; csrf: string } | null;
  notice: Notice | null;
  refreshSeconds: number | null;
  /** The same, only where scripts are off: with them a part of the page asks for itself. */
  scriptlessSeconds: number | null;
  children: ComponentChildren;
};

const PRODUCT = 'Học bạ số';

/** The frame of every page. */
export function Layout(props: LayoutProps): VNode {
  const { title, sandbox, assets, path, me, notice, children } = props;
  const refresh = props.refreshSeconds ?? props.scriptlessSeconds ?? (notice?.kind === 'waiting' ? 5 : null);
  return (
    <html lang="vi">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} – ${PRODUCT}`}</title>
        {/* No inline styles: the policy of the page forbids them. */}
        <meta name="htmx-config" content='{"includeIndicatorCSS":false,"history":false}' />
        <link rel="stylesheet" href={assets.css} />
        <link rel="icon" href="data:," />
        <script src={assets.script} defer />
        {refresh !== null && (props.refreshSeconds === null
          ? <noscript><meta http-equiv="refresh" content={String(refresh)} /></noscript>
          : <meta http-equiv="refresh" content={String(refresh)} />)}
      </head>
      <body>
        <a class="skip" href="#noi-dung">Bỏ qua tới nội dung</a>
        {sandbox && <p class="sandbox">Dữ liệu mô phỏng</p>}
        <header class="head">
          <a class="brand" href="/">{PRODUCT}</a>
          {me !== null && <Menu me={me} path={path} />}
          {me !== null && <WhoAmI me={me} />}
        </header>
        <main id="noi-dung" tabIndex={-1}>
          {notice !== null && <DecisionNotice notice={notice} />}
          <h1>{title}</h1>
          {children}
        </main>
      </body>
    </html>
  );
}

type Me = NonNullable<LayoutProps['me']>;

function Menu({ me, path }: { me: Me; path: string }): VNode {
  return (
    <nav class="menu" aria-label="Chính">
      <ul>{menuOf(me.grants, path).map(({ href, label, current }) => (
        <li key={href}><a href={href} aria-current={current ? 'page' : undefined}>{label}</a></li>
      ))}</ul>
    </nav>
  );
}

function WhoAmI({ me }: { me: Me }): VNode {
  const roles = [...new Set(me.grants.map((grant) => ROLE_NAMES[grant.role]))].join(', ');
  return (
    <div class="who">
      <span class="who-name">{me.fullName}</span>
      <span class="quiet">{roles}</span>
      <form method="post" action="/dang-xuat">
        <input type="hidden" name="csrf" value={me.csrf} />
        <button type="submit" class="button button-link">Đăng xuất</button>
      </form>
    </div>
  );
}
