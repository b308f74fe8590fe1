import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const apps = new URL('../../apps/', import.meta.url);

/** The file that starts an app. */
export const cliOf = (app: string): string => fileURLToPath(new URL(`${app}/src/cli.ts`, apps));

/** The names of all apps, in alphabetical order. */
export const appNames = (): string[] =>
  readdirSync(apps)
    .filter((name) => existsSync(cliOf(name)))
    .sort();
