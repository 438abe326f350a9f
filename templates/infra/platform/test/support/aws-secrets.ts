import { randomUUID } from 'node:crypto';
import type { Fields } from './aws-wire.ts';
import { jsonService, Refusal, requireOnly, textIn } from './aws-wire.ts';

const CURRENT = 'AWSCURRENT';

/** A place by its name, and in it a value by its stage. A place is made empty, as a deploy makes it. */
export function answerSecrets() {
  const places = new Map<string, Map<string, string>>();

  return jsonService('secretsmanager', {
    CreateSecret: (asked) => {
      requireOnly(asked, 'Name', 'ClientRequestToken');
      const name = textIn(asked, 'Name');
      if (places.has(name)) throw new Refusal('ResourceExistsException');
      places.set(name, new Map());
      return { Name: name };
    },

    GetSecretValue: (asked) => {
      requireOnly(asked, 'SecretId', 'VersionStage');
      const stage = String(asked['VersionStage'] ?? CURRENT);
      const value = placeOf(asked).get(stage);
      if (value === undefined) throw new Refusal('ResourceNotFoundException');
      return { Name: asked['SecretId'], SecretString: value, VersionStages: [stage] };
    },

    PutSecretValue: (asked) => {
      requireOnly(asked, 'SecretId', 'SecretString', 'ClientRequestToken', 'VersionStages');
      const place = placeOf(asked);
      const value = textIn(asked, 'SecretString');
      const { VersionStages: stages = [CURRENT] } = asked as { VersionStages?: readonly string[] };
      for (const stage of stages) place.set(stage, value);
      return { Name: asked['SecretId'], VersionId: randomUUID(), VersionStages: stages };
    },
  });

  function placeOf(asked: Fields): Map<string, string> {
    const place = places.get(textIn(asked, 'SecretId'));
    if (!place) throw new Refusal('ResourceNotFoundException');
    return place;
  }
}
