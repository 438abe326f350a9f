import { spawnSync } from 'node:child_process';

/** Who knows what a version is by now. Asked only when somebody says so. */
export interface Asked {
  // The commit of each tag.
  tagsOf(repository: string): ReadonlyMap<string, string>;
  digestOf(image: string): string;
}

const GITHUB = 'https://github.com/';
const REPOSITORY = /^[\w.-]+\/[\w.-]+$/;
const IMAGE = /^[\w./-]+:[\w.-]+$/;

/** By git and docker, which know the proxies, mirrors and credentials of this machine. */
export const everybody: Asked = {
  tagsOf: (repository) => {
    if (!REPOSITORY.test(repository)) throw new Error(`${repository} is no repository.`);
    const lines = run('git', ['ls-remote', '--tags', `${GITHUB}${repository}`]).split('\n');
    const tags = new Map<string, string>();
    // A tag that is an object of its own is followed by the commit that it names.
    for (const line of lines) {
      const { sha, tag } =
        /^(?<sha>[0-9a-f]{40})\trefs\/tags\/(?<tag>[^^]+)/.exec(line)?.groups ?? {};
      if (sha !== undefined && tag !== undefined) tags.set(tag, sha);
    }
    return tags;
  },
  digestOf: (image) => {
    if (!IMAGE.test(image)) throw new Error(`${image} is no image with a tag.`);
    const args = ['buildx', 'imagetools', 'inspect', image, '--format', '{{.Manifest.Digest}}'];
    return run('docker', args).trim();
  },
};

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args[0]} failed: ${error?.message ?? stderr}`);
  return stdout;
}
