import type { Facts } from '../../../src/define-generator.ts';
import { type Built, json } from '../../../src/render/typed-builders.ts';
import { placeOf } from '../../integration/origin.ts';

/** The one entry of the allowlist. A model writes for longer than other calls may take. */
export function shard({ module, answers }: Facts): Built {
  const { host, port } = placeOf(String(answers['baseUrl']));
  return json`{
  "module": ${module},
  "egress": [
    {
      "host": ${host},
      "ports": [${port}],
      "class": "public",
      "reason": ${`The model provider of ${module}.`},
      "answerSeconds": 60
    }
  ]
}`;
}
