import { join } from 'node:path';
import { localAnchorLog } from '@app/platform/local/anchor-log';
import { localKeyStore } from '@app/platform/local/key-store';
import { localSecretStore } from '@app/platform/local/secret-store';

// Of the service alone, with files that nobody else may read. Several processes on one database share the folder.
export function localStores(folder: string) {
  return {
    keys: localKeyStore(join(folder, 'keys')),
    secrets: localSecretStore(join(folder, 'secrets')),
    anchors: localAnchorLog(join(folder, 'anchors.jsonl')),
  };
}
