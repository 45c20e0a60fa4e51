import { existsSync } from 'node:fs';
import path from 'node:path';
import type { LaunchOptions } from 'playwright-core';

interface Found {
  readonly executablePath: string;
  /** Folder of shared libraries that this Chromium brings for machines without them. */
  readonly libraries?: string;
  /** Configuration of its own fonts, for machines without any. */
  readonly fonts?: string;
}

/**
 * Options for playwright-core's `chromium.launch` with the Chromium that `npm test` found (TEST_CHROMIUM), or Debian's
 * when a test file is run alone. Throws when there is none: a browser test is never skipped for want of a browser.
 */
export function chromiumLaunchOptions(): LaunchOptions {
  const found = findChromium();
  const args = ['--disable-dev-shm-usage', '--font-render-hinting=none', '--force-color-profile=srgb', '--lang=vi-VN'];
  return {
    executablePath: found.executablePath,
    // Chromium's sandbox refuses root and needs user namespaces that containers often forbid; the pages are our own.
    chromiumSandbox: false,
    args: process.getuid?.() === 0 ? [...args, '--no-sandbox', '--no-zygote'] : args,
    env: { ...definedEnvironment(), ...ownLibraries(found) },
  };
}

function findChromium(): Found {
  const given = process.env['TEST_CHROMIUM'];
  if (given) return JSON.parse(given) as Found;
  const executablePath = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', '/usr/bin/google-chrome'].find((file) => file !== undefined && existsSync(file));
  if (executablePath === undefined) throw new Error('no Chromium: run the test by npm test, or set CHROMIUM_PATH');
  return { executablePath };
}

function ownLibraries(found: Found): Record<string, string> {
  if (found.libraries === undefined) return {};
  const libraryPath = [found.libraries, path.dirname(found.executablePath), process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':');
  return { LD_LIBRARY_PATH: libraryPath, ...(found.fonts === undefined ? {} : { FONTCONFIG_FILE: found.fonts }) };
}

const definedEnvironment = (): Record<string, string> =>
  Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
