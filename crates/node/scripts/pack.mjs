// Packs what is published: the package, and the packages of the platforms whose addons were built and lie beside it.
//
//     node scripts/pack.mjs FOLDER
//
// The package names its platforms as `optionalDependencies` only in what is packed. In the repository it does not, because
// `npm ci` would ask the registry for packages that are published after this one was built.
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
const platforms = () => readdirSync(join(here, 'npm'));

/** Packs a folder's copy; gives the file. */
function npmPack(folder, manifest, destination) {
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  copyFileSync(resolve(here, '../../LICENSE'), join(folder, 'LICENSE'));
  const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', destination], { cwd: folder, encoding: 'utf8' }));
  return join(destination, filename);
}

/** Packs into `destination`. Gives the file of the package, and by name those of the platforms. */
export function pack(destination) {
  const stage = mkdtempSync(join(tmpdir(), 'podverdict-pack-'));
  try {
    const { devDependencies, overrides, scripts, ...manifest } = read(join(here, 'package.json'));
    manifest.optionalDependencies = {};
    const addons = {};
    for (const name of platforms()) {
      const platform = read(join(here, 'npm', name, 'package.json'));
      if (platform.version !== manifest.version) throw new Error(`npm/${name} is of version ${platform.version}, not ${manifest.version}`);
      manifest.optionalDependencies[platform.name] = manifest.version;
      if (!existsSync(join(here, platform.main))) continue;
      const folder = join(stage, name);
      mkdirSync(folder);
      copyFileSync(join(here, platform.main), join(folder, platform.main));
      addons[name] = npmPack(folder, platform, destination);
    }
    const folder = join(stage, 'podverdict');
    mkdirSync(folder);
    for (const file of [...manifest.files, 'README.md']) cpSync(join(here, file), join(folder, file), { recursive: true });
    return { main: npmPack(folder, manifest, destination), addons };
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const destination = resolve(process.argv[2] ?? '.');
  mkdirSync(destination, { recursive: true });
  const { main, addons } = pack(destination);
  for (const file of [main, ...Object.values(addons)]) console.log(file);
}
