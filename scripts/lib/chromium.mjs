import fs from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { projectRoot, readJson, removeLeftovers, temporaryBeside } from './files.mjs';
import { withLock } from './lock.mjs';

const usual = [
  '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/**
 * A Chromium for the browser tests: CHROMIUM_PATH, the system's, or the one in the npm package, unpacked once with the
 * libraries it brings for machines that lack them.
 * @param {(line: string) => void} onProgress
 * @returns {Promise<{executablePath: string, libraries?: string, fonts?: string} | undefined>} undefined: none runs here
 */
export async function findChromium(onProgress) {
  const own = process.env.CHROMIUM_PATH;
  const found = (own ? [own] : usual).find((file) => fs.existsSync(file));
  if (found !== undefined) return { executablePath: found };
  return unpacked(onProgress);
}

async function unpacked(onProgress) {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const { version } = readJson(path.join(projectRoot, 'node_modules', '@sparticuz', 'chromium', 'package.json'));
  const home = path.join(projectRoot, '.hub', 'bin', `chromium-${version}`);
  const chromium = {
    executablePath: path.join(home, 'chromium'),
    libraries: path.join(home, 'al2023', 'lib'),
    fonts: path.join(home, 'fonts.conf'),
  };
  if (fs.existsSync(home)) return chromium;
  return withLock(path.join(projectRoot, '.hub', 'locks', 'chromium'), 'unpacking Chromium', onProgress, async () => {
    if (fs.existsSync(home)) return chromium;
    onProgress('unpacking Chromium for the browser tests');
    removeLeftovers(home);
    const making = temporaryBeside(home);
    fs.mkdirSync(making, { recursive: true });
    // The package unpacks into the folder for temporary files, and its libraries only where it believes to be in the
    // cloud it was made for; a process of its own keeps both out of ours.
    const script = "const { default: c } = await import('@sparticuz/chromium'); await c.executablePath();";
    const env = { ...process.env, TMPDIR: making, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' };
    const result = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: projectRoot, env, encoding: 'utf8' });
    if (result.status !== 0) throw new Error(`Chromium could not be unpacked: ${result.stderr}`);
    fs.writeFileSync(path.join(making, 'fonts.conf'), fontsConfiguration(home));
    fs.renameSync(making, home);
    return chromium;
  });
}

const fontsConfiguration = (home) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>${path.join(home, 'fonts')}</dir>
  <cachedir>${path.join(home, 'fonts-cache')}</cachedir>
</fontconfig>
`;
